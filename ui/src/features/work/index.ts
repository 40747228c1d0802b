import "../../shared/styles/pages.css";

export { default } from "./Work.svelte";
