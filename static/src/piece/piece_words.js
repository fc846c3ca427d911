/**
 * @returns {number} how many characters, as the server counts them
 */
const count = (text) => [...text].length;

/**
 * @param {Element} copy the text of a version
 * @returns {Object|null} `{ start, end, text }` of what is marked in it
 */
export function markedWords(copy) {
    const selection = document.getSelection();
    if (!copy || !selection.rangeCount) {
        return null;
    }
    const range = selection.getRangeAt(0);
    const isInside = copy.contains(range.commonAncestorContainer);
    if (!isInside || !range.toString().trim()) {
        return null;
    }
    const before = document.createRange();
    before.selectNodeContents(copy);
    before.setEnd(range.startContainer, range.startOffset);
    const start = count(before.toString());
    return {
        start,
        end: start + count(range.toString()),
        text: range.toString(),
    };
}
