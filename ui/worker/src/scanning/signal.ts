/** What a scan sounds and feels like. Both are extras: a device without them works the same. */

let audio: AudioContext | undefined

/** A short high tone and one pulse: it was recorded. */
export function signalRecorded(): void {
  tone(1_320, 0.09)
  vibrate(60)
}

/** A longer low tone and two pulses: look at the screen. */
export function signalLook(): void {
  tone(330, 0.28)
  vibrate([120, 80, 120])
}

function tone(frequency: number, seconds: number): void {
  try {
    audio ??= new AudioContext()
    const oscillator = audio.createOscillator()
    const loudness = audio.createGain()
    oscillator.frequency.value = frequency
    loudness.gain.value = 0.2
    oscillator.connect(loudness).connect(audio.destination)
    oscillator.start()
    oscillator.stop(audio.currentTime + seconds)
  } catch {
    audio = undefined
  }
}

function vibrate(pattern: number | number[]): void {
  if ('vibrate' in navigator) navigator.vibrate(pattern)
}
