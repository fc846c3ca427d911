import { onWillStart, onWillUpdateProps } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { ActionHelper } from "@web/views/action_helper";
import { CalendarController } from "@web/views/calendar/calendar_controller";
import { calendarView } from "@web/views/calendar/calendar_view";

/** Says what to do first, as lists do: Odoo's calendars stay empty without a word. */
export class NoticeCalendarController extends CalendarController {
    static template = "client_hub.NoticeCalendarController";
    static components = { ...CalendarController.components, ActionHelper };

    setup() {
        super.setup();
        onWillStart(() => this.count(this.props));
        onWillUpdateProps((nextProps) => this.count(nextProps));
    }

    /** Look in all months: one without a date is nothing unusual. */
    async count({ context, domain, resModel }) {
        const found = await this.orm.search(resModel, domain, { context, limit: 1 });
        this.isEmpty = !found.length;
    }
}

registry.category("views").add("client_hub_notice_calendar", {
    ...calendarView,
    Controller: NoticeCalendarController,
});
