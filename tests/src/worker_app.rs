//! The worker's app as a worker uses it, in whichever engine: sentences about screens, made of taps, keys and looks.

use crate::browser::{Browser, ENTER};

/// The worker's app, open before somebody.
pub struct WorkerApp {
    browser: Browser,
}

/// The element that the screens call `name`.
pub fn named(name: &str) -> String {
    format!("[data-test=\"{name}\"]")
}

/// The element that the screens call `name` and that carries this value.
pub fn named_with(name: &str, data: &str, value: &str) -> String {
    format!("[data-test=\"{name}\"][data-{data}=\"{value}\"]")
}

impl WorkerApp {
    /// The app that this browser shows.
    pub fn within(browser: Browser) -> Self {
        Self { browser }
    }

    /// Waits for a screen and looks at it: a picture, and axe.
    ///
    /// # Panics
    /// When it does not come or axe finds something, as everywhere below when a screen is not as the story says.
    pub fn sees(&mut self, screen: &str, picture: &str) {
        self.waits_for(&named(screen));
        self.browser.look_at(picture);
    }

    /// Waits for an element.
    pub fn waits_for(&self, selector: &str) {
        self.browser.wait_for(selector);
    }

    /// Waits until an element is gone.
    pub fn waits_for_absence(&self, selector: &str) {
        self.browser.wait_for_absence(selector);
    }

    /// Taps what the screens call `name`.
    pub fn taps(&self, name: &str) {
        self.browser.tap(&named(name));
    }

    /// Taps what carries a value.
    pub fn taps_with(&self, name: &str, data: &str, value: &str) {
        self.browser.tap(&named_with(name, data, value));
    }

    /// Types into a field.
    pub fn types(&self, name: &str, text: &str) {
        self.browser.fill(&named(name), text);
    }

    /// The text of what the screens call `name`.
    pub fn reads(&self, name: &str) -> String {
        self.browser.text(&named(name))
    }

    /// A value that an element carries.
    pub fn reads_value(&self, name: &str, data: &str) -> String {
        self.browser.attribute(&named(name), &format!("data-{data}"))
    }

    /// Opens an order from the list.
    pub fn opens_order(&self, order: &str) {
        self.taps_with("order-card", "order", order);
        self.waits_for(&named_with("order-screen", "order", order));
    }

    /// Does the main thing, which has to be `action`, and waits until the order stands at `node`.
    pub fn does_next(&self, action: &str, node: &str) {
        self.taps_with("main-action", "action", action);
        self.waits_for(&named_with("order-screen", "node", node));
    }

    /// Opens 更多 and chooses an action.
    pub fn does_otherwise(&self, action: &str) {
        self.taps("more");
        self.taps(&format!("more-{action}"));
    }

    /// Scans with a wedge scanner: keys and Enter where the focus is, which has to be the field for scans already.
    pub fn scans(&self, code: &str, outcome: &str) {
        self.waits_for(&named("scan"));
        assert_eq!(self.browser.focus(), "scan", "the field has the focus before anything is touched");
        self.browser.type_at_focus(&format!("{code}{ENTER}"));
        self.waits_for(&named_with("scan-outcome", "outcome", outcome));
    }

    /// Waits until a part's line shows this quantity.
    pub fn has_part(&self, part: &str, quantity: u32) {
        self.waits_for(&format!("{}[data-quantity=\"{quantity}\"]", named_with("part-line", "part", part)));
    }

    /// Completes with the first usual cause and remedy, which leads to handing over.
    pub fn completes(&mut self, picture: &str) {
        self.taps_with("main-action", "action", "complete");
        self.waits_for(&named("complete-screen"));
        self.taps("phrase");
        self.browser.look_at(picture);
        self.taps("submit-complete");
        self.waits_for(&named_with("hand-over-screen", "stage", "number"));
    }

    /// The person types a number on the keypad.
    pub fn types_number(&self, staff_no: &str) {
        for key in staff_no.chars() {
            self.taps(&format!("key-{key}"));
        }
    }

    /// Sets the PIN that the app asks for once somebody is enrolled.
    pub fn sets_a_pin(&self, pin: &str) {
        for step in ["first", "again"] {
            self.waits_for(&named_with("pin-screen", "step", step));
            self.types_number(pin);
            self.taps("submit-pin");
        }
    }

    /// Gives the PIN on the screen that is locked.
    pub fn unlocks(&self, pin: &str) {
        self.waits_for(&named("lock-screen"));
        self.types_number(pin);
        self.taps("unlock");
        self.waits_for_absence(&named("lock-screen"));
    }

    /// Loads the app anew.
    pub fn reloads(&self) {
        self.browser.reload();
    }

    /// The worker takes the phone back: presses and holds until `screen` is there, and lifting the finger does nothing more.
    pub fn takes_the_phone_back(&self, screen: &str) {
        self.browser.hold_until(&named("hold-to-leave"), &named(screen));
        self.browser.click_late("button");
        self.waits_for(&named(screen));
    }

    /// Chooses one thing out of many by typing.
    pub fn finds(&self, name: &str, text: &str, code: &str) {
        self.types(&format!("{name}-search"), text);
        self.taps_with(&format!("{name}-found"), "code", code);
        self.waits_for(&named_with(&format!("{name}-chosen"), "code", code));
    }

    /// Goes back to the list.
    pub fn goes_back_to_the_list(&self) {
        self.taps("back");
        self.waits_for(&named("orders-screen"));
    }

    /// Takes a picture and has axe look, without waiting for a screen.
    pub fn looks(&mut self, picture: &str) {
        self.browser.look_at(picture);
    }

    /// Closes the app.
    pub fn closes(self) {
        drop(self.browser);
    }
}
