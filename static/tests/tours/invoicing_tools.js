import { stepUtils } from "@web_tour/tour_utils";

/**
 * Within Invoicing: Customers, and then what is asked for.
 *
 * @param {string} menu XML id of the menu below Customers
 * @returns {Object[]} steps
 */
export function chooseCustomersMenu(menu) {
    return [
        {
            trigger: 'button[data-menu-xmlid="account.menu_finance_receivables"]',
            run: "click",
        },
        {
            trigger: `.dropdown-item[data-menu-xmlid="${menu}"]`,
            run: "click",
        },
    ];
}

/**
 * From the apps to a menu of an accountant: Invoicing, Customers, and then what is asked
 * for.
 *
 * @param {string} menu XML id of the menu below Customers
 * @returns {Object[]} steps
 */
export function openCustomersMenu(menu) {
    return [
        stepUtils.showAppsMenuItem(),
        {
            trigger: '.o_app[data-menu-xmlid="account.menu_finance"]',
            run: "click",
        },
        ...chooseCustomersMenu(menu),
    ];
}
