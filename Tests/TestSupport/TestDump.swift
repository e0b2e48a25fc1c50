// A dump that no study made, with ratings to learn from.

import Foundation

/// Ratings that a preference model can learn.
public enum TestDump {
    /// Writes the files of a dump in which people agree with statements of their own side.
    public static func write(to folder: URL, groups: Int, splits: [String] = ["train", "validation"]) throws {
        var rounds = "round_id,group_id,question,split\n", opinions = "round_id,participant_id,text\n"
        var statements = "statement_id,text,malformed,author_participant_id\n"
        var ratings = "statement_id,participant_id,round_id,agreement\n"
        let sides = [
            "I am all for it; it would help everybody.", "I am against it; it costs too much and helps nobody.",
        ]
        for split in splits {
            for group in 0..<groups {
                let round = "\(split)-\(group)", question = "Should we do thing number \(group % 4) of \(split)?"
                rounds += "\(round),\(round),\(question),\(split)\n"
                for (side, text) in sides.enumerated() {
                    statements += "\(round)-s\(side),\"We agree. \(text)\",f,\n"
                }
                statements += "\(round)-bad,Malformed,t,\n\(round)-own,\"\(sides[0])\",f,\(round)-m0\n"
                for member in 0..<3 {
                    opinions += "\(round),\(round)-m\(member),\"\(sides[member % 2])\"\n"
                    for side in 0..<2 {
                        let agreement = side == member % 2 ? 6 + (group + member) % 2 : 1 + (group + member) % 3
                        ratings += "\(round)-s\(side),\(round)-m\(member),\(round),\(agreement)\n"
                    }
                    ratings += "\(round)-bad,\(round)-m\(member),\(round),4\n\(round)-own,\(round)-m\(member),\(round),5\n"
                }
                // Somebody who wrote nothing.
                ratings += "\(round)-s0,\(round)-m9,\(round),4\n"
            }
        }
        for (name, text) in [("rounds", rounds), ("opinions", opinions), ("statements", statements), ("ratings", ratings)] {
            try Data(text.utf8).write(to: folder.appending(path: "\(name).csv"))
        }
    }
}
