'use strict';
// The page is whole without this, but for the two long lists. Names and messages come from others: they are put in as
// text alone (textContent, append), never as HTML.
(() => {
    const data = JSON.parse(document.getElementById('data').textContent);
    const rowsAtOnce = 50;
    const shownAtFirst = 10;
    const number = value => value.toLocaleString('en-US');
    const compareTexts = new Intl.Collator('en', {numeric: true}).compare;
    const compare = (a, b) => typeof a === 'number' && typeof b === 'number' ? a - b : compareTexts(a, b);

    function element(name, attributes, ...content) {
        const made = document.createElement(name);
        for (const [key, value] of Object.entries(attributes))
            made.setAttribute(key, value);
        made.append(...content);
        return made;
    }

    function button(text, act) {
        const made = element('button', {type: 'button'}, text);
        made.addEventListener('click', act);
        return made;
    }

    const wordsOf = text => text.toLowerCase().split(/\s+/).filter(word => word !== '');

    // Acts a moment after the last key.
    function onInput(input, act) {
        let waiting = 0;
        input.addEventListener('input', () => {
            clearTimeout(waiting);
            waiting = setTimeout(act, 120);
        });
    }

    // Makes the headings of a table buttons; `sort` takes the column and the direction (1: ascending).
    function addSorting(table, sort) {
        const headings = [...table.tHead.rows[0].cells].filter(each => !each.hasAttribute('data-fixed'));
        for (const heading of headings) {
            const text = heading.textContent;
            heading.textContent = '';
            heading.append(button(text, () => {
                const before = heading.getAttribute('aria-sort');
                const isDescending = before ? before === 'ascending' : heading.classList.contains('figure');
                for (const each of headings)
                    each.removeAttribute('aria-sort');
                heading.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending');
                sort(heading.cellIndex, isDescending ? -1 : 1);
            }));
        }
    }

    // Hides all but the first items behind a button. Gives a function that is to be called when their order has changed;
    // with `isKept` it shows those alone, however many they are.
    function addLimit(container, place, what) {
        let isLimited = container.children.length > shownAtFirst + 5;
        const more = element('p', {class: 'more'});
        const show = isKept => {
            [...container.children].forEach((each, i) =>
                each.hidden = isKept ? !isKept(each) : isLimited && i >= shownAtFirst);
            more.hidden = Boolean(isKept);
        };
        if (isLimited) {
            const count = number(container.children.length);
            const all = button(`Show all ${count} ${what}`, () => {
                const next = container.children[shownAtFirst];
                isLimited = false;
                show();
                more.remove();
                next.tabIndex = -1;
                next.focus();
            });
            more.append(`The first ${shownAtFirst} of ${count} ${what}. `, all);
            place.after(more);
        }
        show();
        return show;
    }

    function enhanceTable(table) {
        const body = table.tBodies[0];
        const show = addLimit(body, table.closest('.scroll'), table.dataset.what);
        const key = (row, column) => {
            const cell = row.cells[column];
            return cell.dataset.sort === undefined ? cell.textContent : Number(cell.dataset.sort);
        };
        addSorting(table, (column, direction) => {
            const rows = [...body.rows].sort((a, b) => direction * compare(key(a, column), key(b, column)));
            body.append(...rows);
            show();
        });
    }

    function enhanceReasons(section) {
        const list = section.querySelector('.reasons');
        const items = [...list.children];
        const show = addLimit(list, list, 'reasons');
        if (items.length < 2)
            return;
        const [search, order] = section.querySelectorAll('.controls input, .controls select');
        const status = section.querySelector('[role=status]');
        const texts = new Map(items.map(item => [item, item.textContent.toLowerCase()]));
        const template = item => item.querySelector('.template').textContent;
        const most = figure => (a, b) => b.dataset[figure] - a.dataset[figure] || a.dataset.reason - b.dataset.reason;
        const orders = {
            files: (a, b) => a.dataset.reason - b.dataset.reason,
            jobs: most('jobs'),
            documents: most('documents'),
            text: (a, b) => compareTexts(template(a), template(b)),
        };
        const update = () => {
            const words = wordsOf(search.value);
            const isKept = item => words.every(word => texts.get(item).includes(word));
            list.append(...[...items].sort(orders[order.value]));
            show(words.length > 0 ? isKept : undefined);
            status.textContent = words.length > 0
                ? `${number(items.filter(isKept).length)} of ${number(items.length)} reasons match` : '';
        };
        onInput(search, update);
        order.addEventListener('change', update);
        section.querySelector('.controls').hidden = false;
    }

    // A long list: `valueOf` gives what a column holds of a row, a number or a text; `isKept` whether a choice takes it in.
    function enhanceList(section, {rows, valueOf, isKept, what}) {
        const table = section.querySelector('.records');
        const body = table.tBodies[0];
        const search = section.querySelector('input');
        const select = section.querySelector('select');
        const status = section.querySelector('[role=status]');
        const more = element('p', {class: 'more'});
        const isFigure = [...table.tHead.rows[0].cells].map(each => each.classList.contains('figure'));
        const values = row => isFigure.map((is, column) => valueOf(row, column));
        const texts = rows.map(row => values(row).join(' ').toLowerCase());
        const order = rows.map((row, i) => i);
        let found = order;
        let shown = 0;

        const say = () => {
            const all = number(rows.length);
            const count = found.length === rows.length ? `${all} ${what}` : `${number(found.length)} of ${all} ${what} match`;
            status.textContent = shown < found.length ? `${count}; the first ${number(shown)} are shown` : count;
        };
        const showMore = () => {
            const part = document.createDocumentFragment();
            for (const i of found.slice(shown, shown + rowsAtOnce)) {
                const line = element('tr', {role: 'row'});
                values(rows[i]).forEach((value, column) => line.append(
                    element('td', {role: 'cell', class: isFigure[column] ? 'figure' : 'name'},
                            typeof value === 'number' ? number(value) : value)));
                part.append(line);
            }
            shown = Math.min(shown + rowsAtOnce, found.length);
            body.append(part);
            more.hidden = shown === found.length;
            say();
        };
        const next = button(`Show ${rowsAtOnce} more`, showMore);
        more.append(next);
        table.after(more);
        const begin = () => {
            const words = wordsOf(search.value);
            found = order.filter(i => isKept(rows[i], select.value) && words.every(word => texts[i].includes(word)));
            body.textContent = '';
            shown = 0;
            showMore();
        };

        onInput(search, begin);
        select.addEventListener('change', begin);
        addSorting(table, (column, direction) => {
            const keys = rows.map(row => valueOf(row, column));
            order.sort((a, b) => direction * compare(keys[a], keys[b]) || a - b);
            begin();
        });
        section.querySelector('.controls').hidden = false;
        table.hidden = false;
        begin();
        return {begin, select, search};
    }

    function addChoices(select, values) {
        const counts = new Map();
        for (const value of values)
            counts.set(value, (counts.get(value) || 0) + 1);
        for (const [value, count] of [...counts].sort((a, b) => b[1] - a[1]))
            select.append(element('option', {value}, `${choiceText(value)} (${number(count)})`));
    }
    const choiceText = value => {
        const text = typeof value === 'number' ? data.reasons[value] : value;
        return text.length > 100 ? `${text.slice(0, 99)}…` : text;
    };

    function enhanceDocuments(section) {
        const reasonOf = row => row[2] === null ? '' : data.reasons[row[2]];
        addChoices(section.querySelector('select'), data.documents.map(row => row[2]).filter(reason => reason !== null));
        const list = enhanceList(section, {
            rows: data.documents,
            valueOf: (row, column) => [row[1], row[0], reasonOf(row)][column],
            isKept: (row, choice) => choice === '' || String(row[2]) === choice,
            what: data.documents.length === 1 ? 'document' : 'documents',
        });
        for (const item of document.querySelectorAll('.reasons > li')) {
            if (data.reasons[item.dataset.reason] === null)
                continue;
            const show = button('Show its documents', () => {
                list.search.value = '';
                list.select.value = item.dataset.reason;
                list.begin();
                section.scrollIntoView();
                list.search.focus({preventScroll: true});
            });
            show.setAttribute('aria-label', `Show the documents of: ${data.reasons[item.dataset.reason]}`);
            item.querySelector('.counts').append(show);
        }
    }

    function enhanceJobs(section) {
        addChoices(section.querySelector('select'), data.jobs.map(row => row[1]));
        enhanceList(section, {
            rows: data.jobs,
            valueOf: (row, column) => row[column] ?? '',
            isKept: (row, choice) => choice === '' || row[1] === choice,
            what: data.jobs.length === 1 ? 'job' : 'jobs',
        });
    }

    document.querySelectorAll('table.sortable').forEach(enhanceTable);
    const reasons = document.getElementById('reasons');
    if (reasons)
        enhanceReasons(reasons);
    const documents = document.getElementById('documents');
    if (documents)
        enhanceDocuments(documents);
    const jobs = document.getElementById('jobs');
    if (jobs && data.jobs.length > 0)
        enhanceJobs(jobs);
})();
