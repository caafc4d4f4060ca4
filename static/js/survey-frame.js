// Within the frame: tell the page around how high the survey is. A height is nobody's secret.
"use strict";

const tellHeight = () => {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  window.parent.postMessage({ cxjourneySurvey: true, height }, "*");
};
new ResizeObserver(tellHeight).observe(document.body);
