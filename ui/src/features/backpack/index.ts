import "../../shared/styles/pages.css";

export { default } from "./Backpack.svelte";
