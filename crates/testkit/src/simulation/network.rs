//! A network that loses, repeats and overtakes. What is in it are the very bytes that would travel.

use domain::identity::DeviceId;

/// What is under way.
#[derive(Debug, Clone)]
pub struct Message {
    /// The phone that asks, or is answered.
    pub device: usize,
    /// What it authenticates with: it may be enrolled anew before this arrives.
    pub credential: (DeviceId, String),
    /// The exchange that it belongs to: an answer to one that was given up is not taken.
    pub exchange: u64,
    /// What travels.
    pub content: Content,
}

/// What travels.
#[derive(Debug, Clone)]
pub enum Content {
    /// To the server.
    Request(Vec<u8>),
    /// To the device.
    Answer(Vec<u8>),
}

/// Everything that is under way, in no order.
#[derive(Debug, Default)]
pub struct Network {
    under_way: Vec<Message>,
}

impl Network {
    /// Puts a message on its way.
    pub fn send(&mut self, message: Message) {
        self.under_way.push(message);
    }

    /// How many messages are under way.
    pub fn len(&self) -> usize {
        self.under_way.len()
    }

    /// Whether nothing is under way.
    pub fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Takes a message off: it arrives, or is lost if nobody looks at it. Any may overtake the others.
    pub fn take(&mut self, place: usize) -> Option<Message> {
        (place < self.under_way.len()).then(|| self.under_way.swap_remove(place))
    }

    /// Whether something that a phone has sent may still arrive.
    pub fn has_request_of(&self, device: usize) -> bool {
        self.under_way.iter().any(|message| message.device == device && matches!(message.content, Content::Request(_)))
    }

    /// A message that arrives and stays under way, to arrive again.
    pub fn repeat(&self, place: usize) -> Option<Message> {
        self.under_way.get(place).cloned()
    }

    /// Everything under way is lost.
    pub fn lose_everything(&mut self) {
        self.under_way.clear();
    }
}
