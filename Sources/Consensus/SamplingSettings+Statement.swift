// How statements are drawn unless a study says otherwise: the one place of these numbers.

import LanguageModel

extension SamplingSettings {
    /// The default for statements. They are one paragraph: a line break ends them.
    public static let statement = SamplingSettings(
        temperature: 1.0, topP: 0.95, minP: 0.1, maximumTokens: 160, stop: ["\n"])
}
