import { registry } from "@web/core/registry";

const TAB = ".o_client_hub_files";

/** Files as a person would drag them from a folder. */
function transferOf(...names) {
    const transfer = new DataTransfer();
    for (const name of names) {
        transfer.items.add(new File(["content"], name, { type: "text/plain" }));
    }
    return transfer;
}

const describe = [
    {
        content: "kind and description for all of them",
        trigger: ".modal .o_client_hub_files_kind",
        run: "selectByLabel Brand material",
    },
    {
        trigger: ".modal .o_client_hub_files_description",
        run: "edit From the tour",
    },
    {
        trigger: ".modal .o_client_hub_files_confirm",
        run: "click",
    },
];

// An account manager adds files to a client: by the button, and by dropping them.
registry.category("web_tour.tours").add("client_hub_files", {
    steps: () => [
        {
            trigger: ".o_notebook a[name=client_files]",
            run: "click",
        },
        {
            content: "the list loads when the tab opens",
            trigger: `${TAB} .o_list_view, ${TAB} .o_nocontent_help`,
        },
        {
            content: "choose a file",
            trigger: `${TAB} .o_client_hub_files_upload`,
            run() {
                const input = document.querySelector(`${TAB} input[type=file]`);
                input.files = transferOf("brief.txt").files;
                input.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        ...describe,
        {
            trigger: `${TAB} .o_data_row:contains('brief.txt'):contains('Brand material')`,
        },
        {
            content: "drop two, one of them empty",
            trigger: TAB,
            run() {
                const transfer = transferOf("dropped.txt");
                transfer.items.add(new File([], "empty.txt"));
                const fire = (target, type) =>
                    target.dispatchEvent(
                        new DragEvent(type, {
                            bubbles: true,
                            cancelable: true,
                            dataTransfer: transfer,
                        })
                    );
                fire(document.querySelector(TAB), "dragenter");
                window.clientHubDrop = () =>
                    fire(
                        document.querySelector(".o_client_hub_files_dropzone"),
                        "drop"
                    );
            },
        },
        {
            trigger: ".o_client_hub_files_dropzone",
            run: () => window.clientHubDrop(),
        },
        {
            content: "the empty one says why it stays out",
            trigger: ".modal li:contains('empty.txt') .text-danger:contains('empty')",
        },
        ...describe,
        {
            trigger: `${TAB} .o_data_row:contains('dropped.txt')`,
        },
        {
            content: "a click shows the file",
            trigger: `${TAB} .o_data_row:contains('dropped.txt') td[name=name]`,
            run: "click",
        },
        {
            trigger: ".o-FileViewer",
        },
        {
            trigger: ".o-FileViewer .o-FileViewer-headerButton[aria-label='Close']",
            run: "click",
        },
        {
            trigger: "body:not(:has(.o-FileViewer))",
        },
    ],
});
