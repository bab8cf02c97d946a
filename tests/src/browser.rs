//! A real browser engine, driven by WebDriver: elements are found by what the screens call them (`data-test`).
//!
//! Everything waits in the page itself, from one painted frame to the next, until an element is there, visible and still.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::{Capabilities, TimeoutConfiguration};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::PATIENCE;
use crate::display::Display;
use crate::programs::{Running, built, checkout, folder_of_programs};

/// The key that a scanner sends after a code.
pub const ENTER: &str = "\u{e007}";
/// The tabulator key, as WebDriver writes it.
pub const TAB: &str = "\u{e004}";

/// The key by which WebDriver names an element in JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

const CHROMIUM_ARGUMENTS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
];

/// Resolves with the first visible element that matches, once it has stood still for two frames; with null when patience ends.
const WAIT_FOR_ELEMENT: &str = "
    const [selector, patience, done] = arguments;
    const deadline = performance.now() + patience;
    let place = '';
    const look = () => {
        const element = [...document.querySelectorAll(selector)].find(one => one.getClientRects().length > 0);
        if (element && !element.disabled) {
            const box = element.getBoundingClientRect();
            const now = [box.x, box.y, box.width, box.height].join(' ');
            if (now === place) return done(element);
            place = now;
        }
        if (performance.now() > deadline) return done(null);
        requestAnimationFrame(look);
    };
    look();";

/// Resolves with true once nothing visible matches.
const WAIT_FOR_ABSENCE: &str = "
    const [selector, patience, done] = arguments;
    const deadline = performance.now() + patience;
    const look = () => {
        const found = [...document.querySelectorAll(selector)].some(one => one.getClientRects().length > 0);
        if (!found) return done(true);
        if (performance.now() > deadline) return done(false);
        requestAnimationFrame(look);
    };
    look();";

/// The detail tells a finger's click from a key's.
const LATE_CLICK: &str = "arguments[0].dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, detail: 1 }));";

/// Resolves with the serious and critical violations that axe finds, one line each.
const RUN_AXE: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'] }).then(
        results => done(results.violations
            .filter(violation => ['serious', 'critical'].includes(violation.impact))
            .flatMap(violation => violation.nodes.map(node => `${violation.id} (${violation.impact}): ${node.target} ${node.failureSummary}`))),
        error => done([String(error)]));";

/// A browser with one page.
pub struct Browser {
    engine: &'static str,
    pictures: u32,
    client: Client,
    runtime: Runtime,
    _driver: Running,
    _surroundings: Option<(Display, TempDir)>,
}

impl Browser {
    /// Chromium in the size of a phone.
    ///
    /// # Panics
    /// When Chromium or its driver is missing, as everywhere below when something cannot be done.
    pub fn chromium(url: &str) -> Self {
        let phone = json!({ "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 1.0, "touch": true, "mobile": true } });
        Self::start_chromium("chromium", url, json!({ "args": CHROMIUM_ARGUMENTS, "mobileEmulation": phone }))
    }

    /// Chromium in the size of a desk's screen.
    pub fn chromium_at_a_desk(url: &str) -> Self {
        let arguments: Vec<&str> = CHROMIUM_ARGUMENTS.iter().copied().chain(["--window-size=1440,900"]).collect();
        Self::start_chromium("chromium-at-a-desk", url, json!({ "args": arguments }))
    }

    fn start_chromium(engine: &'static str, url: &str, options: Value) -> Self {
        let driver = Running::start(Command::new("chromedriver").arg("--port=0"));
        let port = driver.wait_for_line(|line| line.strip_suffix('.')?.rsplit_once("started successfully on port ")?.1.parse::<u16>().ok());
        let browser = Self::connect(engine, driver, port, json!({ "goog:chromeOptions": options }), None);
        browser.run(browser.client.goto(url));
        browser
    }

    /// The built window, on WebKitGTK.
    pub fn window(data: &Path) -> Self {
        let display = Display::open();
        let home = tempfile::tempdir().expect("a folder can be made");
        let port = free_port();
        let mut command = Command::new("WebKitWebDriver");
        // Without an existing HOME WebKitGTK paints nothing. The two variables open the window to its driver. Compositing stays
        // on: without it WebKitGTK 2.50 never answers when it is asked for a picture.
        command.arg(format!("--port={port}")).env("HOME", home.path()).env("DISPLAY", display.name());
        command.env("TAURI_AUTOMATION", "true").env("TAURI_WEBVIEW_AUTOMATION", "true");
        let driver = Running::start(&mut command);
        wait_until_listening(port);
        let options = json!({ "webkitgtk:browserOptions": { "binary": built("plantroom"), "args": ["--data", data] } });
        Self::connect("webkitgtk", driver, port, options, Some((display, home)))
    }

    fn connect(engine: &'static str, driver: Running, port: u16, options: Value, surroundings: Option<(Display, TempDir)>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime can be made");
        let capabilities: Capabilities = options.as_object().cloned().expect("options are an object");
        let client = runtime.block_on(async {
            let client =
                ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&format!("http://127.0.0.1:{port}")).await;
            let client = client.unwrap_or_else(|error| panic!("{engine} does not start: {error}\n{}", driver.errors()));
            let patience = Some(PATIENCE + PATIENCE);
            client.update_timeouts(TimeoutConfiguration::new(patience, patience, None)).await.expect("time-outs can be set");
            client
        });
        Self { engine, pictures: 0, client, runtime, _driver: driver, _surroundings: surroundings }
    }

    /// Which engine this is.
    pub fn engine(&self) -> &'static str {
        self.engine
    }

    /// Waits until an element is there, visible, enabled and still.
    pub fn wait_for(&self, selector: &str) {
        drop(self.element(selector));
    }

    /// Waits until nothing visible matches.
    pub fn wait_for_absence(&self, selector: &str) {
        let gone = self.script(WAIT_FOR_ABSENCE, vec![json!(selector), patience()]);
        assert_eq!(gone, json!(true), "{selector} stays on the screen:\n{}", self.text("body"));
    }

    /// Taps an element, as soon as that reaches it.
    pub fn tap(&self, selector: &str) {
        self.persist(selector, |browser, element| browser.runtime.block_on(element.click()));
    }

    /// Taps twice in a row, as an impatient hand does.
    pub fn tap_twice(&self, selector: &str) {
        let element = serde_json::to_value(self.element_in_the_middle(selector)).expect("an element can be written");
        self.run(self.client.execute("arguments[0].click(); arguments[0].click()", vec![element]));
    }

    /// Types into a field, in place of what it holds.
    pub fn fill(&self, selector: &str, text: &str) {
        self.persist(selector, |browser, element| {
            browser.runtime.block_on(async {
                element.clear().await?;
                element.send_keys(text).await
            })
        });
    }

    /// Chooses from a list by value.
    pub fn choose(&self, selector: &str, value: &str) {
        self.persist(selector, |browser, element| browser.runtime.block_on(element.select_by_value(value)));
    }

    /// Types where the focus is, as a wedge scanner does, which knows of no fields.
    pub fn type_at_focus(&self, keys: &str) {
        let focused = self.run(self.client.active_element());
        self.run(focused.send_keys(keys));
    }

    /// What has the focus, by its `data-test`.
    pub fn focus(&self) -> String {
        let focus = self.run(self.client.execute("return document.activeElement?.dataset?.test ?? ''", Vec::new()));
        focus.as_str().unwrap_or_default().to_owned()
    }

    /// Presses on an element and holds until `selector` is there.
    pub fn hold_until(&self, held: &str, selector: &str) {
        let element = self.element(held);
        let press = MouseActions::new("finger".into())
            .then(PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT });
        self.run(self.client.perform_actions(press));
        self.wait_for(selector);
        let lift = MouseActions::new("finger".into()).then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.run(self.client.perform_actions(lift));
    }

    /// The text of an element.
    pub fn text(&self, selector: &str) -> String {
        let element = self.element(selector);
        self.run(element.text())
    }

    /// An attribute of an element.
    pub fn attribute(&self, selector: &str, name: &str) -> String {
        let element = self.element(selector);
        self.run(element.attr(name)).unwrap_or_default()
    }

    /// How many elements match now.
    pub fn count(&self, selector: &str) -> usize {
        self.run(self.client.find_all(fantoccini::Locator::Css(selector))).len()
    }

    /// From here on the page reads nothing from addresses that begin so; what it sends arrives.
    pub fn read_nothing_from(&self, beginning: &str) {
        const LOSE: &str = "const send = window.fetch; const lost = arguments[0];
            window.fetch = (address, how) =>
                how?.method === 'GET' && String(address).startsWith(lost) ? Promise.reject(new TypeError('lost')) : send(address, how)";
        self.run(self.client.execute(LOSE, vec![json!(beginning)]));
    }

    /// From here on the answer from the next address with these words arrives only when [`Self::let_the_answer_arrive`] says so, all of it at once.
    pub fn hold_the_answer_from(&self, words: &str) {
        const HOLD: &str = "const send = window.fetch; const held = arguments[0];
            window.fetch = async (address, how) => {
                const answer = await send(address, how);
                if (window.letArrive || !String(address).includes(held)) return answer;
                const body = await answer.json();
                return new Promise(arrive => window.letArrive = () => arrive({ status: answer.status, json: async () => body }));
            }";
        self.run(self.client.execute(HOLD, vec![json!(words)]));
    }

    /// The answer that was held arrives, and what follows from it is done when the next frame is painted.
    pub fn let_the_answer_arrive(&self) {
        const ARRIVE: &str = "const done = arguments[arguments.length - 1];
            const arrive = () => window.letArrive ? requestAnimationFrame(() => { window.letArrive(); requestAnimationFrame(() => done(null)) })
                : requestAnimationFrame(arrive);
            arrive()";
        self.script(ARRIVE, Vec::new());
    }

    /// Tells the page that somebody looks at it again.
    pub fn look_at_it_again(&self) {
        self.run(self.client.execute("document.dispatchEvent(new Event('visibilitychange'))", Vec::new()));
    }

    /// Loads the page anew, as a person does who opens the app again.
    pub fn reload(&self) {
        self.run(self.client.refresh());
    }

    /// Takes a picture of the screen and has axe look at it.
    ///
    /// # Panics
    /// When axe finds something serious or critical.
    pub fn look_at(&mut self, name: &str) {
        self.take_picture(name);
        let axe = checkout().join("ui/node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(&axe).unwrap_or_else(|error| panic!("{}: {error}. Install it with `npm ci` in ui/.", axe.display()));
        self.run(self.client.execute(&axe, Vec::new()));
        let violations = self.script(RUN_AXE, Vec::new());
        assert_eq!(violations, json!([]), "{name} in {}: axe finds\n{violations:#}", self.engine);
    }

    /// Saves what the screen shows to `target/pictures`.
    pub fn take_picture(&mut self, name: &str) {
        self.pictures += 1;
        let folder = picture_folder().join(self.engine);
        fs::create_dir_all(&folder).expect("a folder can be made");
        let picture = self.run(self.client.screenshot());
        fs::write(folder.join(format!("{:02}-{name}.png", self.pictures)), picture).expect("a picture can be saved");
    }

    /// Clicks without a finger coming down first, as a slow phone delivers the click of a finger that was lifted long ago.
    pub fn click_late(&self, selector: &str) {
        let element = serde_json::to_value(self.element(selector)).expect("an element can be written");
        self.run(self.client.execute(LATE_CLICK, vec![element]));
    }

    /// Does something with an element until it works: screens draw anew while one reaches for them.
    fn persist(&self, selector: &str, act: impl Fn(&Self, Element) -> Result<(), CmdError>) {
        let begun = Instant::now();
        while let Err(error) = act(self, self.element_in_the_middle(selector)) {
            assert!(is_passing(&error) && begun.elapsed() < PATIENCE, "{selector}: {error}\n{}", self.text("body"));
        }
    }

    /// Scrolled as a person would: what is fixed to the edges of the screen does not cover it.
    fn element_in_the_middle(&self, selector: &str) -> Element {
        let element = self.element(selector);
        let itself = serde_json::to_value(&element).expect("an element can be written");
        self.run(self.client.execute("arguments[0].scrollIntoView({ block: 'center' })", vec![itself]));
        element
    }

    fn element(&self, selector: &str) -> Element {
        let found = self.script(WAIT_FOR_ELEMENT, vec![json!(selector), patience()]);
        match found[ELEMENT].as_str() {
            Some(id) => Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned())),
            None => self.miss(selector),
        }
    }

    fn miss(&self, selector: &str) -> ! {
        let source = self.runtime.block_on(self.client.execute("return location.href + '\\n' + document.body.innerText", Vec::new()));
        let picture = self.runtime.block_on(self.client.screenshot()).unwrap_or_default();
        let file = picture_folder().join(format!("missed-{}.png", self.engine));
        drop(fs::create_dir_all(picture_folder()).and_then(|()| fs::write(&file, picture)));
        let source = source.map_or_else(|error| error.to_string(), |text| text.as_str().unwrap_or_default().to_owned());
        panic!("{selector} does not appear in {} ({}). The screen says:\n{source}", self.engine, file.display())
    }

    fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.run(self.client.execute_async(script, arguments))
    }

    fn run<Answer>(&self, request: impl Future<Output = Result<Answer, CmdError>>) -> Answer {
        self.runtime.block_on(request).unwrap_or_else(|error| panic!("{}: {error}", self.engine))
    }
}

/// However a story ends, its browser ends too: a driver that is only killed leaves its browser running.
impl Drop for Browser {
    fn drop(&mut self) {
        let closing = self.client.clone().close();
        if self.runtime.block_on(async { tokio::time::timeout(PATIENCE, closing).await }).is_err() {
            eprintln!("{} does not close", self.engine);
        }
    }
}

/// Whether the screen changed under one's finger.
fn is_passing(error: &CmdError) -> bool {
    let intercepted = matches!(error, CmdError::Standard(refusal) if refusal.error == ErrorStatus::ElementClickIntercepted);
    intercepted || error.is_stale_element_reference() || error.is_element_not_interactable()
}

fn patience() -> Value {
    json!(PATIENCE.as_millis() as u64)
}

fn picture_folder() -> PathBuf {
    let programs = folder_of_programs();
    programs.parent().unwrap_or(&programs).join("pictures")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("a listener has an address").port()
}

/// WebKitWebDriver does not say when it is ready: knocking is the only way to know.
fn wait_until_listening(port: u16) {
    let begun = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < PATIENCE, "WebKitWebDriver does not listen on {port}");
        std::thread::yield_now();
    }
}
