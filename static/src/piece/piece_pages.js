import { loadPDFJSAssets } from "@web/core/utils/pdfjs";

const WORKER = "/web/static/lib/pdfjs/build/pdf.worker.js";
// Sharp on a phone, and still small enough for its memory.
const MAX_SCALE = 2;

/**
 * Draw one page of a document into its box.
 */
async function drawPage(pdf, box) {
    const page = await pdf.getPage(Number(box.dataset.page));
    const base = page.getViewport({ scale: 1 });
    const density = Math.min(window.devicePixelRatio || 1, MAX_SCALE);
    const scale = ((box.clientWidth || 800) / base.width) * density;
    const viewport = page.getViewport({ scale });
    const canvas = document.createElement("canvas");
    canvas.width = viewport.width;
    canvas.height = viewport.height;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", box.dataset.label);
    await page.render({ canvasContext: canvas.getContext("2d"), viewport }).promise;
    box.prepend(canvas);
    box.style.aspectRatio = `${base.width} / ${base.height}`;
    box.classList.add("o_client_page_drawn");
}

/**
 * Fill a `.o_client_document` with the pages of its PDF, each drawn when it comes near.
 *
 * @returns {Promise<Function>} stops watching which pages come near
 */
export async function showDocument(el) {
    await loadPDFJSAssets();
    const { pdfjsLib } = globalThis;
    pdfjsLib.GlobalWorkerOptions.workerSrc = WORKER;
    let pdf = null;
    try {
        pdf = await pdfjsLib.getDocument({
            url: el.dataset.src,
            isEvalSupported: false,
        }).promise;
    } catch {
        el.textContent = el.dataset.failed;
        el.classList.add("text-muted");
        return () => {};
    }
    const first = (await pdf.getPage(1)).getViewport({ scale: 1 });
    const observer = new IntersectionObserver(
        (entries) => {
            for (const entry of entries.filter((row) => row.isIntersecting)) {
                observer.unobserve(entry.target);
                drawPage(pdf, entry.target);
            }
        },
        { rootMargin: "600px" }
    );
    el.replaceChildren();
    for (let number = 1; number <= pdf.numPages; number++) {
        const box = document.createElement("div");
        box.className = "o_client_page o_client_sheet border rounded mb-2";
        box.dataset.attachment = el.dataset.attachment;
        box.dataset.page = number;
        box.dataset.label = `${el.dataset.name}, ${el.dataset.pageLabel} ${number}`;
        box.style.aspectRatio = `${first.width} / ${first.height}`;
        el.append(box);
        observer.observe(box);
    }
    return () => {
        observer.disconnect();
        pdf.destroy();
    };
}

/**
 * Put numbered pins on the pages below an element, instead of those there are.
 *
 * @param {Element} el
 * @param {Object[]} pins `{ number, label, solved, internal, place }`
 */
export function placePins(el, pins) {
    for (const pin of el.querySelectorAll(".o_client_pin[data-number]")) {
        pin.remove();
    }
    for (const { number, label, solved, internal, place } of pins) {
        const page = el.querySelector(
            `.o_client_page[data-attachment="${place.attachment_id}"]` +
                `[data-page="${place.page || 1}"]`
        );
        if (!page) {
            continue;
        }
        const pin = document.createElement("button");
        pin.type = "button";
        pin.className = "o_client_pin";
        pin.classList.toggle("o_client_pin_solved", Boolean(solved));
        pin.classList.toggle("o_client_pin_internal", Boolean(internal));
        pin.dataset.number = number;
        pin.textContent = number;
        pin.setAttribute("aria-label", label);
        pin.title = label;
        movePin(pin, place);
        page.append(pin);
    }
}

/**
 * @param {Element} pin
 * @param {{x: number, y: number}} place from 0 to 1
 */
export function movePin(pin, place) {
    pin.style.left = `${place.x * 100}%`;
    pin.style.top = `${place.y * 100}%`;
}

/**
 * @returns {{x: number, y: number}} where in a page a click was, from 0 to 1
 */
export function placeOfClick(page, ev) {
    const box = page.getBoundingClientRect();
    const clamp = (value) => Math.min(Math.max(value, 0), 1);
    return {
        x: clamp((ev.clientX - box.left) / box.width),
        y: clamp((ev.clientY - box.top) / box.height),
    };
}
