using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Posture;

/// <summary>Reads one fact. To add one: its name in <see cref="FactNames"/>, a reader beside its like, a line in the platform's list, a case in the trees.</summary>
internal interface IFactReader
{
    /// <summary>One of <see cref="FactNames"/>.</summary>
    string Fact { get; }

    FactReading Read(Machine machine);
}

/// <summary>What a reader found: the state, the evidence for it in a few words, and where it looked.</summary>
internal readonly record struct FactReading(FactState State, string Evidence, string Source)
{
    /// <summary>When, if that is not now.</summary>
    public DateTimeOffset? Read { get; init; }

    public static FactReading Pass(string evidence, string source) => new(FactState.Pass, evidence, source);

    public static FactReading Fail(string evidence, string source) => new(FactState.Fail, evidence, source);

    public static FactReading Unknown(string evidence, string source) => new(FactState.Unknown, evidence, source);

    public static FactReading Of(bool passes, string evidence, string source) => new(passes ? FactState.Pass : FactState.Fail, evidence, source);
}
