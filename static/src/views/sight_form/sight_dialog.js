import { _t } from "@web/core/l10n/translation";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";

/** Lists who gains and who loses sight of restricted clients, before saving. */
export class SightDialog extends ConfirmationDialog {
    static template = "client_hub.SightDialog";
    static props = {
        ...ConfirmationDialog.props,
        groups: { type: Array, element: Object },
    };
    static defaultProps = {
        ...ConfirmationDialog.defaultProps,
        title: _t("Who will see the client?"),
        confirmLabel: _t("Save"),
    };

    heading(group) {
        if (group.kind === "restrict") {
            return _t("Only these people will see %s:", group.client);
        }
        if (group.kind === "lift") {
            return _t("Everybody in the company will see %s again.", group.client);
        }
        return group.client;
    }
}
