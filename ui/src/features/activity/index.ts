import "../../shared/styles/pages.css";

export { default } from "./Activity.svelte";
