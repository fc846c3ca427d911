import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";
import { projectTaskFormView } from "@project/views/project_task_form/project_task_form_view";
import { SightDialog } from "./sight_dialog";

/** Fields that may change who sees a restricted client, by model. */
const SIGHT_FIELDS = {
    "res.partner": [
        "account_manager_id",
        "assistant_ids",
        "client_restricted",
        "is_company",
        "parent_id",
        "user_id",
    ],
    "client.job": [
        "account_manager_id",
        "assistant_ids",
        "client_id",
        "template_id",
        "traffic_user_id",
    ],
    "client.piece": ["assigned_user_id"],
    "project.task": [
        "client_job_id",
        "client_piece_id",
        "parent_id",
        "partner_id",
        "project_id",
        "user_ids",
    ],
};

/** Asks before saving a change of who sees a restricted client. */
export const asksAboutSight = (Controller) =>
    class extends Controller {
        /** @override */
        async onWillSaveRecord(record, changes) {
            if ((await super.onWillSaveRecord(...arguments)) === false) {
                return false;
            }
            const fields = SIGHT_FIELDS[record.resModel] || [];
            if (!fields.some((name) => name in changes)) {
                return;
            }
            const groups = await this.orm.call("client.wall", "wall_preview", [
                record.resModel,
                record.resId,
                changes,
            ]);
            if (groups.length) {
                return this.confirmSight(groups);
            }
        }

        /** Resolves to false, which keeps the form as it is, unless confirmed. */
        confirmSight(groups) {
            return new Promise((resolve) => {
                this.dialogService.add(
                    SightDialog,
                    {
                        groups,
                        confirm: () => resolve(true),
                        cancel: () => resolve(false),
                    },
                    { onClose: () => resolve(false) }
                );
            });
        }
    };

const views = registry.category("views");
for (const [name, view] of Object.entries({
    client_hub_sight_form: formView,
    client_hub_sight_task_form: projectTaskFormView,
})) {
    views.add(name, { ...view, Controller: asksAboutSight(view.Controller) });
}
