import { DirectUploadElement } from "./element.ts";

if (!customElements.get("direct-upload")) customElements.define("direct-upload", DirectUploadElement);

declare global {
  interface HTMLElementTagNameMap {
    "direct-upload": DirectUploadElement;
  }
}
