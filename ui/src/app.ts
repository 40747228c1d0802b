// The window of one app.
import { mount } from "svelte";
import "./shared/styles/index.css";
import AppFrame from "./views/AppFrame.svelte";

mount(AppFrame, { target: document.getElementById("page") ?? document.body });
