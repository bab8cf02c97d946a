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

    /// The requests of a phone that may still arrive.
    pub fn requests_of(&self, device: usize) -> impl Iterator<Item = &[u8]> {
        self.under_way.iter().filter(move |message| message.device == device).filter_map(|message| match &message.content {
            Content::Request(body) => Some(body.as_slice()),
            Content::Answer(_) => None,
        })
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
