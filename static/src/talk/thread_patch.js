import { Thread } from "@mail/core/common/thread_model";
import { patch } from "@web/core/utils/patch";

patch(Thread.prototype, {
    setup() {
        super.setup();
        /**
         * Who reads a message or a note here, in sentences; only on what belongs to a
         * client.
         *
         * @type {{client: string, internal: string}|undefined}
         */
        this.clientAudience = undefined;
    },
});
