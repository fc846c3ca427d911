import { Composer } from "@mail/core/common/composer";
import { patch } from "@web/core/utils/patch";

patch(Composer.prototype, {
    /**
     * A message that was refused can be sent again: the button comes back to life.
     */
    async processMessage(...args) {
        try {
            return await super.processMessage(...args);
        } catch (error) {
            this.state.active = true;
            throw error;
        }
    },
});
