import { onWillStart, useRef, useState } from "@odoo/owl";
import { useFileViewer } from "@web/core/file_viewer/file_viewer_hook";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { ClientTab, clientTab } from "../client_tab/client_tab";
import { ClientFilesDialog } from "./client_files_dialog";

const FILE_FIELDS = ["name", "mimetype", "type", "url", "checksum"];

/**
 * The files of a client: a list, onto which files are dropped.
 *
 *   <widget name="client_hub_files" />
 *   <widget name="client_hub_files" profile="1" />
 */
export class ClientFiles extends ClientTab {
    static template = "client_hub.ClientFiles";
    static props = {
        ...ClientTab.props,
        model: { type: String, optional: true },
        // only files of the kinds that are shown on the Profile tab
        profile: { type: Boolean, optional: true },
    };
    static defaultProps = { ...ClientTab.defaultProps, model: "ir.attachment" };

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.http = useService("http");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.store = useService("mail.store");
        this.fileViewer = useFileViewer();
        this.root = useRef("root");
        this.input = useRef("input");
        // the key makes the list load again
        this.state = useState({ key: 0, progress: "" });
        useDropzone(
            this.root,
            (ev) => this.ask([...ev.dataTransfer.files]),
            "o_client_hub_files_dropzone",
            () => this.canAdd
        );
        onWillStart(async () => {
            this.mayWrite = await user.checkAccessRight("res.partner", "write");
        });
    }

    get canAdd() {
        return Boolean(this.clientId && this.mayWrite && !this.state.progress);
    }

    get context() {
        return {
            list_view_ref: "client_hub.ir_attachment_view_list_client",
            search_view_ref: "client_hub.ir_attachment_view_search_client",
        };
    }

    get viewProps() {
        const domain = [
            ["res_model", "=", "res.partner"],
            ["res_id", "=", this.clientId],
        ];
        if (this.props.profile) {
            domain.push(["client_file_kind_id.in_profile", "=", true]);
        }
        return {
            ...super.viewProps,
            domain,
            noContentHelp: _t("No files yet: drop them here, or press Upload."),
        };
    }

    /** Show a file in Odoo's viewer; offer the others, which it can't show. */
    async open(resId) {
        const [data] = await this.orm.read("ir.attachment", [resId], FILE_FIELDS);
        const file = this.store["ir.attachment"].insert(data);
        if (file.isViewable) {
            this.fileViewer.open(file);
        } else {
            await this.action.doAction({
                type: "ir.actions.act_url",
                url: `/web/content/${resId}?download=true`,
                target: "download",
            });
        }
    }

    onInput(ev) {
        const files = [...ev.target.files];
        // so that the same file can be chosen again
        ev.target.value = "";
        this.ask(files);
    }

    /** Ask for kind and description of the files, then send them. */
    async ask(files) {
        if (!files.length) {
            return;
        }
        const domain = this.props.profile ? [["in_profile", "=", true]] : [];
        const kinds = await this.orm.searchRead("client.file.kind", domain, ["name"]);
        this.dialog.add(ClientFilesDialog, {
            files,
            kinds,
            // without a kind a file would not show up where it was dropped
            kindRequired: Boolean(this.props.profile && kinds.length),
            confirm: (accepted, values) => this.upload(accepted, values),
        });
    }

    /** Send the files one by one: a request holds no more than one may have. */
    async upload(files, values) {
        const refused = [];
        let added = 0;
        for (const [index, file] of files.entries()) {
            this.state.progress = _t("Adding %(index)s of %(count)s: %(name)s", {
                index: index + 1,
                count: files.length,
                name: file.name,
            });
            try {
                const result = await this.http.post("/client_hub/files", {
                    csrf_token: odoo.csrf_token,
                    client_id: this.clientId,
                    ...values,
                    ufile: [file],
                });
                added += result.files.length;
                refused.push(...result.refused);
            } catch {
                refused.push(
                    _t(
                        "“%s” was not added: the server did not answer. Try again.",
                        file.name
                    )
                );
            }
        }
        this.state.progress = "";
        this.state.key++;
        for (const sentence of refused) {
            this.notification.add(sentence, { type: "danger", sticky: true });
        }
        if (added) {
            this.notification.add(
                added === 1 ? _t("One file added.") : _t("%s files added.", added),
                { type: "success" }
            );
        }
    }
}

registry.category("view_widgets").add("client_hub_files", {
    ...clientTab,
    component: ClientFiles,
    extractProps: ({ attrs }) => ({
        limit: Number(attrs.limit || 20),
        profile: Boolean(attrs.profile),
    }),
});
