/**
 * Questions that are asked only after certain answers: the same rule as on the server
 * (tools/questions.py).
 */
export class RequestQuestions {
    /**
     * @param {HTMLFormElement} form
     */
    constructor(form) {
        this.questions = new Map();
        for (const el of form.querySelectorAll(".o_client_question")) {
            const { questionId, kind, condition } = el.dataset;
            this.questions.set(questionId, {
                el,
                kind,
                condition: condition ? JSON.parse(condition) : null,
            });
        }
    }

    /**
     * Show what is asked and hide the rest; what was typed there comes back with it.
     */
    update() {
        for (const [id, { el }] of this.questions) {
            el.classList.toggle("d-none", !this.isAsked(id, []));
        }
    }

    isAsked(id, above) {
        const { condition } = this.questions.get(id);
        if (!condition) {
            return true;
        }
        const other = String(condition.question);
        const path = [id, ...above];
        return (
            this.questions.has(other) &&
            !path.includes(other) &&
            this.isAsked(other, path) &&
            this.isMet(condition, this.getAnswer(other))
        );
    }

    /**
     * @returns {string} several choices one per line, yes as "1"
     */
    getAnswer(id) {
        const { el, kind } = this.questions.get(id);
        if (kind === "multiple" || kind === "boolean") {
            const boxes = [...el.querySelectorAll("input[type='checkbox']:checked")];
            return boxes.map((box) => box.value).join("\n");
        }
        return el.querySelector("input, select, textarea").value.trim();
    }

    isMet({ operator, value, kind }, answer) {
        if (operator === "empty" || !answer) {
            return operator === "empty" && !answer;
        }
        if (operator === "filled") {
            return true;
        }
        if (operator === "at_least" || operator === "at_most") {
            const [left, right] =
                kind === "number" ? [Number(answer), Number(value)] : [answer, value];
            return operator === "at_least" ? left >= right : left <= right;
        }
        const [left, right] = [answer.toLowerCase(), value.trim().toLowerCase()];
        if (operator === "contains") {
            return (kind === "multiple" ? left.split("\n") : left).includes(right);
        }
        return (left === right) === (operator === "equals");
    }
}
