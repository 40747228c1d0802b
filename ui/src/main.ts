// The main window.
import { mount } from "svelte";
import "./shared/styles/index.css";
import Main from "./views/Main.svelte";

mount(Main, { target: document.getElementById("page") ?? document.body });
