import {
    Component,
    onMounted,
    onPatched,
    onWillStart,
    onWillUnmount,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { useSortable } from "@web/core/utils/sortable_owl";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { usePager } from "@web/search/pager_hook";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { TrafficAssignDialog } from "./traffic_assign_dialog";
import { TrafficCard } from "./traffic_card";
import { TrafficLoad } from "./traffic_load";

const MODEL = "client.traffic.board";
const NOTIFICATION = "client_hub.traffic";
// A board that comes back into sight is read again if it is older than this (ms).
const STALE = 15_000;
// Widths of columns (rem): people (also on a phone), a day, a day on which nobody works.
const PERSON = 11;
const PERSON_SMALL = 7.5;
const WIDE = 8.25;
const NARROW = 3.5;
// Errors whose message is a sentence for the user.
const SENTENCES = ["UserError", "AccessError", "ValidationError", "MissingError"];

/** Who does what on which day: cards to drag, load beside capacity. */
export class TrafficBoard extends Component {
    static template = "client_hub.TrafficBoard";
    static components = { Layout, SearchBar, TrafficCard, TrafficLoad };
    static props = { state: { type: Object, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.bus = useService("bus_service");
        this.rootRef = useRef("root");
        this.searchBarToggler = useSearchBarToggler();
        this.keepLast = new KeepLast();
        // tells the server's word of my own moves from those of others
        this.origin = Math.random().toString(36).slice(2);
        this.focusKey = null;
        this.state = useState({
            data: null,
            dateFrom: this.props.state?.dateFrom || null,
            offset: this.props.state?.offset || 0,
            moving: null,
        });
        useSetupAction({
            getLocalState: () => ({
                dateFrom: this.state.dateFrom,
                offset: this.state.offset,
            }),
        });
        usePager(() => ({
            offset: this.state.data?.offset || 0,
            limit: this.state.data?.limit || 1,
            total: this.state.data?.total || 0,
            onUpdate: async ({ offset }) => {
                this.state.offset = offset;
                await this.load();
            },
            isEditable: false,
        }));
        useBus(this.env.searchModel, "update", () => {
            this.state.offset = 0;
            this.load();
        });
        this.setupRefresh();
        this.setupDrag();
        onWillStart(() => this.load());
        onPatched(() => this.restoreFocus());
    }

    // ------------------------------------------------------------------
    // LOADING
    // ------------------------------------------------------------------

    /** What others move shows up here: on the bus, or when the tab is looked at. */
    setupRefresh() {
        const onNotification = ({ origin }) => {
            if (origin !== this.origin) {
                this.refresh();
            }
        };
        onMounted(() => this.bus.subscribe(NOTIFICATION, onNotification));
        onWillUnmount(() => this.bus.unsubscribe(NOTIFICATION, onNotification));
        useExternalListener(document, "visibilitychange", () => {
            if (!document.hidden && Date.now() - this.loadedAt > STALE) {
                this.refresh();
            }
        });
    }

    get boardArgs() {
        return {
            domain: this.env.searchModel.domain,
            date_from: this.state.dateFrom || this.firstDay,
            offset: this.state.offset,
        };
    }

    /** A phone has room for one day: that is today, and the days to come follow. */
    get firstDay() {
        return this.ui.isSmall ? serializeDate(luxon.DateTime.local()) : null;
    }

    async load() {
        const data = await this.keepLast.add(
            this.orm.call(MODEL, "load_board", [], this.boardArgs)
        );
        this.setData(data);
    }

    setData(data) {
        this.loadedAt = Date.now();
        this.isStale = false;
        this.state.data = data;
        this.state.dateFrom = data.days[0];
        this.state.offset = data.offset;
    }

    /** Load again, unless a card is in the air: then afterwards. */
    refresh() {
        if (this.isDragging || this.state.moving) {
            this.isStale = true;
        } else {
            this.load();
        }
    }

    showWeek(weeks) {
        const first = deserializeDate(this.state.dateFrom).plus({ weeks });
        this.state.dateFrom = serializeDate(first);
        return this.load();
    }

    showToday() {
        this.state.dateFrom = null;
        return this.load();
    }

    // ------------------------------------------------------------------
    // WHAT THE TEMPLATE SHOWS
    // ------------------------------------------------------------------

    get period() {
        const { days } = this.state.data;
        const [first, last] = [days[0], days[days.length - 1]].map(deserializeDate);
        return `${first.toFormat("d LLL")} – ${last.toFormat("d LLL yyyy")}`;
    }

    get columns() {
        const { days, people, cells, today } = this.state.data;
        return days.map((day) => {
            const date = deserializeDate(day);
            const isOff =
                people.length > 0 &&
                people.every((person) => person.days[day].capacity === 0);
            const isUsed =
                people.some((person) => person.days[day].load) ||
                [0, ...people.map((person) => person.id)].some(
                    (id) => cells[`${id}-${day}`]
                );
            return {
                day,
                name: date.toFormat("ccc"),
                number: date.toFormat("d"),
                isToday: day === today,
                isOff,
                isNarrow: isOff && !isUsed,
            };
        });
    }

    get gridStyle() {
        const widths = this.columns.map(({ isNarrow }) => (isNarrow ? NARROW : WIDE));
        const person = this.ui.isSmall ? PERSON_SMALL : PERSON;
        const total = widths.reduce((sum, width) => sum + width, person + WIDE);
        const tracks = [WIDE, ...widths].map((width) =>
            width === NARROW ? `${NARROW}rem` : `minmax(${WIDE}rem, 1fr)`
        );
        return `min-width: ${total}rem; grid-template-columns: ${person}rem ${tracks.join(
            " "
        )}`;
    }

    getCell(personId, day) {
        return this.state.data.cells[`${personId}-${day}`] || null;
    }

    get inboxCount() {
        return Object.entries(this.state.data.cells)
            .filter(([key]) => key.startsWith("0-"))
            .reduce((total, [, cell]) => total + cell.count, 0);
    }

    getAvatar(person) {
        return `/web/image/res.users/${person.id}/avatar_128`;
    }

    /** Days on which the person doesn't work are shaded, and say why. */
    getDayClass(person, column) {
        const { capacity } = person.days[column.day];
        return {
            o_traffic_today: column.isToday,
            o_traffic_off: capacity === 0,
        };
    }

    // ------------------------------------------------------------------
    // MOVING
    // ------------------------------------------------------------------

    setupDrag() {
        useSortable({
            ref: this.rootRef,
            enable: () => Boolean(this.state.data?.can_assign && !this.state.moving),
            elements: ".o_traffic_card",
            groups: ".o_traffic_cell",
            connectGroups: true,
            cursor: "grabbing",
            placeholderClasses: ["o_traffic_placeholder"],
            followingElementClasses: ["o_traffic_dragged"],
            onDragStart: () => {
                this.isDragging = true;
            },
            onGroupEnter: ({ group }) => group.classList.add("o_traffic_over"),
            onGroupLeave: ({ group }) => group.classList.remove("o_traffic_over"),
            onDragEnd: () => {
                this.isDragging = false;
                for (const cell of this.rootRef.el.querySelectorAll(
                    ".o_traffic_over"
                )) {
                    cell.classList.remove("o_traffic_over");
                }
                if (this.isStale) {
                    this.refresh();
                }
            },
            onDrop: ({ element, parent }) => this.onDrop(element.dataset, parent),
        });
    }

    onDrop({ key }, parent) {
        if (!parent) {
            return;
        }
        const [card, from] = this.findCard(key);
        const person = Number(parent.dataset.person);
        const day = parent.dataset.day;
        if (!card || (from.person === person && from.day === day)) {
            return;
        }
        const target = {};
        if (from.person !== person) {
            target.user_id = person || false;
        }
        if (from.day !== day) {
            target.day = day || false;
        }
        return this.move(card, target);
    }

    /** Return a card and the cell it is in. */
    findCard(key) {
        for (const [place, cell] of Object.entries(this.state.data.cells)) {
            const card = cell.cards.find((candidate) => candidate.key === key);
            if (card) {
                const dash = place.indexOf("-");
                return [
                    card,
                    {
                        person: Number(place.slice(0, dash)),
                        day: place.slice(dash + 1),
                    },
                ];
            }
        }
        return [];
    }

    /** Give a card to somebody, on some day: one call, which brings the new board. */
    async move(card, target, letIn = false) {
        const result = await this.callServer("move_card", card, [
            {
                model: card.model,
                id: card.id,
                token: card.token,
                user_id: card.user_id,
            },
            target,
            letIn,
        ]);
        if (!result) {
            return;
        }
        if (result.refused) {
            this.askToLetIn(card, target, result);
            return;
        }
        this.focusKey = `${card.model}-${card.id}-`;
        this.setData(result.board);
        this.tellMove(card, target, result);
    }

    async undo(card, undo) {
        const result = await this.callServer("undo_move", card, [undo]);
        if (result) {
            this.setData(result.board);
        }
    }

    /** Call the server; what it refuses is told in its words, and the board is read. */
    async callServer(method, card, args) {
        this.state.moving = card.key;
        try {
            return await this.orm.call(MODEL, method, args, {
                board: this.boardArgs,
                origin: this.origin,
            });
        } catch (error) {
            const name = error instanceof RPCError && error.exceptionName;
            if (!SENTENCES.some((kind) => name?.endsWith(`.${kind}`))) {
                throw error;
            }
            this.notification.add(error.data.message, { type: "danger" });
            await this.load();
            return null;
        } finally {
            this.state.moving = null;
        }
    }

    askToLetIn(card, target, { message, may_let_in: mayLetIn }) {
        if (!mayLetIn) {
            this.notification.add(message, { type: "warning", sticky: true });
            return;
        }
        this.dialog.add(ConfirmationDialog, {
            title: _t("Restricted client"),
            body: message,
            confirmLabel: _t("Let in and assign"),
            confirm: () => this.move(card, target, true),
            cancel: () => {},
        });
    }

    tellMove(card, target, { notes, undo }) {
        const parts = [];
        if ("user_id" in target) {
            parts.push(this.getPersonName(target));
        }
        if ("day" in target) {
            parts.push(
                target.day
                    ? deserializeDate(target.day).toFormat("cccc d LLL")
                    : _t("no day")
            );
        }
        const close = this.notification.add([parts.join(", "), ...notes].join(" · "), {
            title: card.title,
            type: notes.length ? "warning" : "success",
            autocloseDelay: 8000,
            buttons: [
                {
                    name: _t("Undo"),
                    onClick: () => {
                        close();
                        this.undo(card, undo);
                    },
                },
            ],
        });
    }

    getPersonName({ user_id: userId, name }) {
        if (!userId) {
            return _t("Unassigned");
        }
        const person = this.state.data.people.find(({ id }) => id === userId);
        return person?.name || name || "";
    }

    /** After a move with the keyboard, the focus follows the card. */
    restoreFocus() {
        if (!this.focusKey || !this.state.data) {
            return;
        }
        const card = this.rootRef.el?.querySelector(
            `.o_traffic_card[data-key^="${this.focusKey}"] .o_traffic_title`
        );
        this.focusKey = null;
        card?.focus({ preventScroll: true });
    }

    // ------------------------------------------------------------------
    // OPENING
    // ------------------------------------------------------------------

    openAssign(card) {
        const [, from] = this.findCard(card.key);
        this.dialog.add(TrafficAssignDialog, {
            card,
            userId: from.person || false,
            day: from.day || card.deadline || false,
            today: this.state.data.today,
            assign: (target) => this.move(card, target),
        });
    }

    openCard(card) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: card.model,
            res_id: card.id,
            views: [[false, "form"]],
        });
    }

    async openCell(model, personId, day) {
        const action = await this.orm.call(MODEL, "action_open_cell", [
            model,
            this.env.searchModel.domain,
            personId,
            day,
            this.state.data.days[0],
        ]);
        return this.action.doAction(action);
    }
}
