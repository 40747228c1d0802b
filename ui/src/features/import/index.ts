export { default } from "./Import.svelte";
