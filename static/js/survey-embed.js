// On the site that embeds a survey: make its frame as high as the survey is.
"use strict";

(() => {
  const frames = () => [...document.querySelectorAll("iframe[data-cxjourney-survey]")];
  window.addEventListener("message", (event) => {
    if (!event.data || event.data.cxjourneySurvey !== true) return;
    const frame = frames().find((each) => each.contentWindow === event.source);
    const height = Number(event.data.height);
    if (!frame || new URL(frame.src).origin !== event.origin) return;
    if (height > 0 && height < 10000) frame.height = String(Math.ceil(height));
  });
})();
