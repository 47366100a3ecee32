/** A page such as people build it: Uppy's Dashboard and Golden Retriever, and our uploader. */
import DirectUpload from "@direct-upload/uppy";
import Uppy from "@uppy/core";
import Dashboard from "@uppy/dashboard";
import GoldenRetriever from "@uppy/golden-retriever";
import german from "@uppy/locales/lib/de_DE.js";
import "@uppy/core/css/style.min.css";
import "@uppy/dashboard/css/style.min.css";

const MIB = 1 << 20;

const uppy = new Uppy(location.search === "?german" ? { locale: german } : {})
  .use(Dashboard, { target: "#upload", inline: true, showLinkToFileUploadResult: true })
  .use(GoldenRetriever)
  // Golden Retriever keeps files up to 10 MiB: small segments give them some.
  .use(DirectUpload, { endpoint: "/", segmentBytes: MIB });

Object.assign(window, { uppy });
