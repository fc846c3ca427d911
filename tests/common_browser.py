"""One browser for all tours of a class."""

from concurrent.futures import Future
from unittest.mock import patch

from odoo.tests import HttpCase, common


class KeptBrowser(common.ChromeBrowser):
    """A browser that stays open between two tours, as that of a person does.

    What it has loaded, it has: the bundles of a page are fetched and read once.
    """

    is_open = True

    def take(self, test_case, success_signal):
        """Get ready for another tour."""
        self.test_case, self._logger = test_case, test_case._logger
        self.success_signal = success_signal
        self._result = Future()
        self.error_checker, self.had_failure = None, False
        width, height = map(int, test_case.browser_size.replace("x", ",").split(","))
        self._websocket_request(
            "Emulation.setDeviceMetricsOverride",
            params={
                "mobile": False,
                "width": width,
                "height": height,
                "deviceScaleFactor": 1,
            },
        )
        self._websocket_request(
            "Emulation.setTouchEmulationEnabled",
            params={"enabled": test_case.touch_enabled},
        )
        return self

    def stop(self):
        """Leave the page; after a failure, or without a page, the browser as well."""
        is_well = self._result.done() and not self._result.exception()
        if hasattr(self, "ws") and is_well:
            self.navigate_to("about:blank", wait_stop=True)
        else:
            self.close()

    def close(self):
        if self.is_open:
            self.is_open = False
            common.ChromeBrowser.stop(self)


class OneBrowser(HttpCase):
    """Tours of this class are done in one browser, in whatever width they ask for."""

    _browser = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(cls._close_browser)

    @classmethod
    def _close_browser(cls):
        if cls._browser:
            cls._browser.close()
            cls._browser = None

    def _take_browser(self, test_case, success_signal, **options):
        cls = type(self)
        if not cls._browser or not cls._browser.is_open:
            cls._browser = KeptBrowser(test_case, success_signal, **options)
        return cls._browser.take(test_case, success_signal)

    def browser_js(self, *args, **kwargs):
        with patch.object(common, "ChromeBrowser", self._take_browser):
            return super().browser_js(*args, **kwargs)
