import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { DEFAULT_MAX_FILE_SIZE } from "@web/core/utils/files";
import { session } from "@web/session";

const UNITS = ["B", "KB", "MB", "GB"];

/** Kind and description of files, before they are sent; says which are too large. */
export class ClientFilesDialog extends Component {
    static template = "client_hub.ClientFilesDialog";
    static components = { Dialog };
    static props = {
        files: { type: Array },
        kinds: { type: Array },
        kindRequired: { type: Boolean, optional: true },
        confirm: { type: Function },
        close: { type: Function },
    };

    setup() {
        this.state = useState({
            kind_id: this.props.kindRequired ? String(this.props.kinds[0].id) : "",
            description: "",
        });
        this.limit = session.max_file_upload_size || DEFAULT_MAX_FILE_SIZE;
        this.files = this.props.files.map((file) => ({
            file,
            size: this.format(file.size),
            refused: this.refuse(file),
        }));
        this.accepted = this.files
            .filter((item) => !item.refused)
            .map((item) => item.file);
    }

    get title() {
        const count = this.files.length;
        return count === 1 ? _t("Add a file") : _t("Add %s files", count);
    }

    format(size) {
        // as Odoo's server writes it in its sentences
        const power = Math.min(Math.floor(Math.log(size || 1) / Math.log(1024)), 3);
        const number = size / 1024 ** power;
        return `${number.toFixed(power && number < 10 ? 1 : 0)} ${UNITS[power]}`;
    }

    /** Return why a file is not sent, or an empty text. */
    refuse(file) {
        if (!file.size) {
            return _t("This file is empty.");
        }
        if (file.size > this.limit) {
            return _t(
                "Too large: a file may have at most %s. Put it on a file server and note the link.",
                this.format(this.limit)
            );
        }
        return "";
    }

    confirm() {
        this.props.confirm(this.accepted, { ...this.state });
        this.props.close();
    }
}
