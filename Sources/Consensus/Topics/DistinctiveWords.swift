// Words that tell the clusters of a set of questions apart, as suggestions for their names.

import Foundation

/// Class-based TF-IDF (Grootendorst 2022, "BERTopic"): a word w of cluster c counts f_wc · ln(1 + A / f_w), where f_wc is in
/// how many texts of the cluster it occurs, f_w in how many of all, and A the mean number of words of a cluster.
public enum DistinctiveWords {
    /// Words that say nothing of a topic, in English; in any language, words of a quarter of all texts say nothing either.
    private static let empty = Set(
        """
        a able abolish abolished about above across after again against all allow allowed also among an and \
        another any anyone are around as at ban banned be because been before being between both but by came can \
        charge charged close closed come could country do does during each end ended every everybody everyone \
        first five for force forced free from get give given government had half has have having he her his how if \
        in instead into introduce introduced is it its just keep last least less like limit limited live lower \
        lowered make many may more most much must need never new no nobody nor not of off on one only or other our \
        out over own paid pay people per put raise raised require required same set should so some someone start \
        still stop such take taken than that the their them themselves then there these they this those three \
        through to too two under until up us use very was we were what when where which while who whose why will \
        with without would you your
        """.split(separator: " ").map(String.init))

    /// The most distinctive words of each cluster, the best first.
    /// - Parameters:
    ///   - assignments: per text its cluster, from 0.
    ///   - count: how many words per cluster at most.
    public static func of(_ texts: [String], _ assignments: [Int], clusters: Int, count: Int) -> [[String]] {
        var inCluster = [[String: Int]](repeating: [:], count: clusters)
        var overall: [String: Int] = [:], total = 0
        for (text, cluster) in zip(texts, assignments) {
            let words = Set(Words(text).list.map(String.init)).filter {
                $0.count > 2 && !empty.contains($0) && Int($0) == nil
            }
            total += words.count
            for word in words {
                inCluster[cluster][word, default: 0] += 1
                overall[word, default: 0] += 1
            }
        }
        let average = Double(total) / Double(max(1, clusters))
        let common = max(3, texts.count / 4)
        return inCluster.map { words in
            let scored = words.compactMap { word, times -> (word: String, score: Double)? in
                guard let everywhere = overall[word], everywhere <= common || clusters < 4 else { return nil }
                return (word, Double(times) * log(1 + average / Double(everywhere)))
            }
            // Among equals the longer word: it tends to be the rarer thing.
            var chosen: [String] = []
            let ranked = scored.sorted { ($1.score, -$0.word.count, $0.word) < ($0.score, -$1.word.count, $1.word) }
            for (word, _) in ranked where chosen.count < count {
                // One form of a word is enough: tax, taxes.
                let isKnown = chosen.contains { $0.hasPrefix(word.prefix(4)) && word.hasPrefix($0.prefix(4)) }
                if !isKnown { chosen.append(word) }
            }
            return chosen
        }
    }
}
