export { default } from "./Apps.svelte";
