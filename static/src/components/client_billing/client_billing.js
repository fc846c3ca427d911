/* global Chart */

import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { getColor } from "@web/core/colors/colors";
import { cookie } from "@web/core/browser/cookie";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { ClientTab } from "../client_tab/client_tab";

const { DateTime } = luxon;

/** The lists below the charts, one at a time. */
const LISTS = {
    invoices: {
        label: _t("Invoices and credit notes"),
        model: "account.move",
        field: "commercial_partner_id",
        domain: [["move_type", "in", ["out_invoice", "out_refund", "out_receipt"]]],
        viewRef: "client_hub.account_move_view_list_client",
        searchRef: "account.view_account_invoice_filter",
        context: { default_move_type: "out_invoice" },
        help: _t("No invoices and credit notes here."),
    },
    orders: {
        label: _t("Orders and quotations"),
        model: "sale.order",
        field: "partner_id.commercial_partner_id",
        viewRef: "client_hub.sale_order_view_list_client",
        searchRef: "sale.sale_order_view_search_inherit_quotation",
        help: _t("No orders and quotations here."),
    },
    payments: {
        label: _t("Payments"),
        model: "account.payment",
        field: "partner_id.commercial_partner_id",
        domain: [["partner_type", "=", "customer"]],
        viewRef: "client_hub.account_payment_view_list_client",
        searchRef: "account.view_account_payment_search",
        help: _t("No payments here."),
    },
};

/**
 * What is this client billed for, and how does it pay?
 *
 * The notebook renders only the open tab: nothing is asked for before that.
 *
 *   <widget name="client_hub_billing" />
 */
export class ClientBilling extends Component {
    static template = "client_hub.ClientBilling";
    static components = { ClientTab, DateTimeInput };
    static props = { ...standardWidgetProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.pieRef = useRef("pie");
        this.barsRef = useRef("bars");
        this.state = useState({ data: null, list: "invoices" });
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (clientId) => {
                this.state.data = null;
                if (clientId) {
                    this.load();
                }
            },
            () => [this.clientId]
        );
        useEffect(
            (data, pie, bars) => {
                const charts = [];
                if (data && pie) {
                    charts.push(new Chart(pie, this.pieConfig));
                }
                if (data && bars) {
                    charts.push(new Chart(bars, this.barsConfig));
                }
                return () => charts.forEach((chart) => chart.destroy());
            },
            () => [this.state.data, this.pieRef.el, this.barsRef.el]
        );
    }

    get clientId() {
        return this.props.record.resId;
    }

    async load(values = {}) {
        const { date_from, date_to, currency_id } = {
            ...(this.state.data || {}),
            ...values,
        };
        this.state.data = await this.keepLast.add(
            this.orm.call("res.partner", "get_client_billing", [this.clientId], {
                date_from: date_from || false,
                date_to: date_to || false,
                currency_id: currency_id === undefined ? null : currency_id,
            })
        );
    }

    // ------------------------------------------------------------------
    // Period and currency
    // ------------------------------------------------------------------

    get periods() {
        const today = DateTime.local();
        return [
            {
                name: "months",
                label: _t("Last 12 months"),
                from: today.minus({ months: 11 }).startOf("month"),
                to: today,
            },
            {
                name: "year",
                label: _t("This year"),
                from: today.startOf("year"),
                to: today.endOf("year"),
            },
            {
                name: "last_year",
                label: _t("Last year"),
                from: today.minus({ years: 1 }).startOf("year"),
                to: today.minus({ years: 1 }).endOf("year"),
            },
        ].map((period) => ({
            ...period,
            date_from: serializeDate(period.from),
            date_to: serializeDate(period.to),
        }));
    }

    isPeriod(period) {
        const { date_from, date_to } = this.state.data;
        return period.date_from === date_from && period.date_to === date_to;
    }

    date(name) {
        return deserializeDate(this.state.data[name]);
    }

    setDate(name, date) {
        if (date) {
            this.load({ [name]: serializeDate(date) });
        }
    }

    setPeriod({ date_from, date_to }) {
        this.load({ date_from, date_to });
    }

    setCurrency(ev) {
        this.load({ currency_id: Number(ev.target.value) });
    }

    // ------------------------------------------------------------------
    // Charts
    // ------------------------------------------------------------------

    get isEmpty() {
        return !this.state.data.categories.length;
    }

    color(index) {
        const count = this.state.data.categories.length;
        return getColor(index, cookie.get("color_scheme"), count);
    }

    share(figure) {
        const total = this.state.data.revenue.amount;
        return total > 0 && figure.amount > 0
            ? `${Math.round((100 * figure.amount) / total)} %`
            : "";
    }

    get barsTitle() {
        return _t("Revenue by month");
    }

    get pieTitle() {
        return _t("Revenue by category");
    }

    /** What both charts share: a click opens what stands behind a figure. */
    options(figures) {
        return {
            maintainAspectRatio: false,
            onClick: (_ev, [element]) => element && this.open(figures[element.index]),
            onHover: (ev, elements) => {
                ev.native.target.style.cursor = elements.length ? "pointer" : "";
            },
            plugins: {
                legend: { display: false },
                tooltip: {
                    callbacks: { label: ({ dataIndex }) => figures[dataIndex].text },
                },
            },
        };
    }

    get pieConfig() {
        const figures = this.state.data.categories;
        return {
            type: "doughnut",
            data: {
                labels: figures.map((figure) => figure.name),
                datasets: [
                    {
                        // a slice can't be less than nothing: the table tells
                        data: figures.map((figure) => Math.max(figure.amount, 0)),
                        backgroundColor: figures.map((_figure, index) =>
                            this.color(index)
                        ),
                    },
                ],
            },
            options: this.options(figures),
        };
    }

    get barsConfig() {
        const figures = this.state.data.months;
        return {
            type: "bar",
            data: {
                labels: figures.map((figure) => figure.name),
                datasets: [
                    {
                        data: figures.map((figure) => figure.amount),
                        backgroundColor: this.color(0),
                        maxBarThickness: 60,
                    },
                ],
            },
            options: {
                ...this.options(figures),
                scales: { x: { grid: { display: false } }, y: { beginAtZero: true } },
            },
        };
    }

    /** Open the analysis or the list that a figure is the total of. */
    open(figure) {
        return this.action.doAction(figure.action);
    }

    // ------------------------------------------------------------------
    // Lists
    // ------------------------------------------------------------------

    get lists() {
        return this.state.data.lists.map((name) => ({ name, ...LISTS[name] }));
    }

    get listProps() {
        const props = { ...LISTS[this.state.list], limit: 10 };
        delete props.label;
        return {
            ...props,
            record: this.props.record,
            readonly: this.props.readonly,
        };
    }
}

registry
    .category("view_widgets")
    .add("client_hub_billing", { component: ClientBilling });
