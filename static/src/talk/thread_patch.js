import { Message } from "@mail/core/common/message_model";
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

// What goes to single people: not part of the talk.
const PERSONAL = ["email_outgoing", "user_notification"];

patch(Message.prototype, {
    setup() {
        super.setup();
        /** @type {boolean} marked as internal, whatever its kind */
        this.is_internal = false;
    },
    /**
     * @returns {"client"|"internal"|false} who reads it, on what belongs to a client:
     *     the client reads comments that nobody has marked as internal
     */
    get clientLabel() {
        if (!this.thread?.clientAudience || PERSONAL.includes(this.message_type)) {
            return false;
        }
        return this.isDiscussion && !this.is_internal ? "client" : "internal";
    },
});
