import "../../shared/styles/pages.css";

export { default } from "./Apps.svelte";
