import LanguageModel
import Testing

@Suite("SplitMix64")
struct SplitMix64Tests {
    @Test("gives the numbers of the published algorithm")
    func reference() {
        var generator = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<5).map { _ in generator.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test("draws whole numbers below a bound, each about as often")
    func bounded() {
        var generator = SplitMix64(seed: 3)
        var counts = [0, 0, 0]
        for _ in 0..<30_000 { counts[generator.int(below: 3)] += 1 }
        for count in counts { #expect(abs(count - 10_000) < 400) }
        #expect(generator.int(below: 1) == 0)
        #expect(generator.int(below: 0) == 0)
    }

    @Test("shuffles into an order that the seed fixes, keeping every element")
    func shuffles() {
        var one = SplitMix64(seed: 5), again = SplitMix64(seed: 5), other = SplitMix64(seed: 6)
        var first = Array(0..<20), second = first, third = first
        one.shuffle(&first)
        again.shuffle(&second)
        other.shuffle(&third)
        #expect(first == second)
        #expect(first != third)
        #expect(first.sorted() == Array(0..<20))
        #expect(first != Array(0..<20))
    }

    @Test("puts each of three elements first about as often")
    func fairShuffle() {
        var generator = SplitMix64(seed: 7)
        var firsts = [0, 0, 0]
        for _ in 0..<9_000 {
            var elements = [0, 1, 2]
            generator.shuffle(&elements)
            firsts[elements[0]] += 1
        }
        for count in firsts { #expect(abs(count - 3_000) < 250) }
    }

    @Test("splits off a generator whose use does not change its own numbers")
    func splits() {
        var parent = SplitMix64(seed: 9), twin = SplitMix64(seed: 9)
        var child = parent.split()
        _ = twin.split()
        _ = child.next()
        #expect(parent.next() == twin.next())
    }
}
