// Runs in every document before its own scripts, and tells by the browser's own clock how long it is from a press of the mouse (or,
// of a first visit, from the beginning of the navigation) until what was asked for has been painted. All screens are timed by it.
(() => {
    // Bokeh draws in shadow roots, which no selector finds.
    const roots = [document], attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (how) {
        const root = attach.call(this, how);
        roots.push(root);
        return root;
    };
    // Streamlit's tables are pictures: what they say is what is written on a canvas.
    const written = new Set(), fill = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (words, ...place) {
        written.add(words);
        return fill.call(this, words, ...place);
    };

    const find = selector => roots.flatMap(root => [...root.querySelectorAll(selector)]);
    const isOf = (plot, patient) => plot.layout?.meta === patient || plot.closest(`.st-key-chart-${patient}`);
    const chartOf = wanted => find('.js-plotly-plot').find(plot => isOf(plot, wanted.patient)
        && plot.querySelectorAll('.scatterlayer .trace').length === wanted.traces);
    const isThere = {
        text: wanted => find(wanted.selector)[0]?.textContent.trim().startsWith(wanted.words),
        canvas: wanted => [...written].some(words => words.startsWith(wanted.words)),
        chart: chartOf,
    };

    // A press may lead to another document, which goes on waiting.
    const note = (name, value) => sessionStorage.setItem(name, JSON.stringify(value));
    const noted = name => JSON.parse(sessionStorage.getItem(name));
    const wait = (wanted, begun) => {
        const look = () => {
            if (!isThere[wanted.kind](wanted)) return requestAnimationFrame(look);
            // The frame in which it is found is painted before the next task, and this one goes before all that wait.
            scheduler.postTask(() => {
                sessionStorage.removeItem('waiting');
                window.watch.took = performance.timeOrigin + performance.now() - begun;
            }, {priority: 'user-blocking'});
        };
        requestAnimationFrame(look);
    };
    window.watch = {
        took: null,
        prepare(wanted) {
            window.watch.took = null;
            addEventListener('pointerup', press => {
                const begun = performance.timeOrigin + press.timeStamp;
                written.clear();
                note('waiting', {wanted, begun});
                wait(wanted, begun);
            }, {capture: true, once: true});
        },
        // Nobody presses.
        seek(wanted) {
            window.watch.took = null;
            wait(wanted, performance.timeOrigin + performance.now());
        },
        // What the chart consists of: equal numbers are equal work.
        count(wanted) {
            const chart = chartOf(wanted);
            return ['.trace', '.point'].map(each => chart.querySelectorAll(`.main-svg ${each}`).length);
        },
    };
    try {
        const waiting = noted('waiting');
        if (waiting) wait(waiting.wanted, waiting.begun);
        else if (window.firstWanted) wait(window.firstWanted, performance.timeOrigin);
    } catch (error) {
        // about:blank keeps nothing.
        if (error.name !== 'SecurityError') throw error;
    }
})();
