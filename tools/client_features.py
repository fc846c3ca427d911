"""What of the client record can be switched off, and where each part shows."""

from typing import NamedTuple


class Feature(NamedTuple):
    """Names of the pages, smart buttons and fields on the client's form, and menus."""

    pages: tuple = ()
    buttons: tuple = ()
    fields: tuple = ()
    menus: tuple = ()

    def xpath(self):
        """Return the path to the feature's nodes in a form."""
        paths = [f"//page[@name='{name}']" for name in self.pages]
        paths += [f"//button[@name='{name}']" for name in self.buttons]
        paths += [f"//field[@name='{name}']" for name in self.fields]
        return " | ".join(paths)


FEATURES = {
    "contracts": Feature(
        pages=("client_contracts",),
        buttons=("action_view_client_contracts",),
        menus=(
            "menu_contracts",
            "client_contract_entry_menu_forecast",
            "client_contract_template_menu",
            "client_contract_entry_menu_prebilling_accounting",
            "client_contract_menu_accounting",
            "client_billing_run_menu_accounting",
        ),
    ),
    "budgets": Feature(
        pages=("client_budgets",),
        buttons=("action_open_client_budgets",),
        menus=("menu_budgets", "client_budget_move_menu_reporting"),
    ),
    "jobs": Feature(
        pages=("client_jobs",),
        buttons=("action_open_client_jobs",),
        fields=("client_job_template_id",),
        menus=("menu_jobs", "client_job_template_menu", "client_piece_type_menu"),
    ),
    "profile": Feature(pages=("client_profile",)),
    "terms": Feature(pages=("client_terms",), menus=("client_billing_type_menu",)),
    "products": Feature(
        pages=("client_products",), menus=("product_template_menu_exclusive",)
    ),
    "activities": Feature(pages=("client_activities",)),
    "files": Feature(pages=("client_files",), menus=("client_file_kind_menu",)),
}


def feature_group(name):
    """Return the external id of the group of those who have the feature."""
    return f"client_hub.group_feature_{name}"
