using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Residuals;

/// <summary>What an expression may still come to, whatever the unknown turns out to be. Empty only for what is never evaluated.</summary>
[Flags]
internal enum Outcomes
{
    None = 0,
    True = 1,
    False = 2,

    /// <summary>A value that is no boolean.</summary>
    Other = 4,
    Error = 8,
    Boolean = True | False,
    AnyValue = True | False | Other,
}

internal static class OutcomesExtensions
{
    public static bool May(this Outcomes outcomes, Outcomes one) => (outcomes & one) != 0;

    /// <summary>Where a boolean must stand, another value is an error.</summary>
    public static Outcomes AsBoolean(this Outcomes outcomes) =>
        outcomes.May(Outcomes.Other) ? (outcomes & ~Outcomes.Other) | Outcomes.Error : outcomes;

    public static Outcomes Negated(this Outcomes outcomes)
    {
        var rest = outcomes & ~Outcomes.Boolean;
        if (outcomes.May(Outcomes.True)) rest |= Outcomes.False;
        return outcomes.May(Outcomes.False) ? rest | Outcomes.True : rest;
    }

    public static Outcomes Of(CedarValue value) => value is BooleanValue boolean ? boolean.Value ? Outcomes.True : Outcomes.False : Outcomes.Other;

    public static Outcomes Of(CedarType? type) => type switch
    {
        null => Outcomes.AnyValue,
        BooleanType => Outcomes.Boolean,
        _ => Outcomes.Other,
    };
}
