namespace Doorward.Cedar;

/// <summary>A function of an extension type.</summary>
/// <param name="Name">As policies write it.</param>
/// <param name="IsMethod">Called as <c>value.name(..)</c>; the value is then the first argument.</param>
/// <param name="Arity">How many arguments it takes, the value of a method included.</param>
/// <param name="Constructs">Gives a value of an extension type, and so may stand in JSON as <c>__extn</c>.</param>
/// <param name="Body">What it does, given arguments of the right number.</param>
internal sealed record ExtensionFunction(
    string Name, bool IsMethod, int Arity, bool Constructs, Func<CedarValue[], ExtensionOutcome> Body)
{
    public ExtensionOutcome Call(CedarValue[] arguments) => arguments.Length == Arity
        ? Body(arguments)
        : ExtensionOutcome.WrongType($"{Name}(..) takes {WithoutSelf(Arity)} argument(s), not {WithoutSelf(arguments.Length)}.");

    private int WithoutSelf(int count) => IsMethod ? count - 1 : count;
}

/// <summary>A value, or why there is none.</summary>
internal readonly record struct ExtensionOutcome(CedarValue? Value, string? Message, bool IsTypeError)
{
    public static ExtensionOutcome Failed(string message) => new(null, message, false);

    public static ExtensionOutcome WrongType(string message) => new(null, message, true);

    public static implicit operator ExtensionOutcome(CedarValue value) => new(value, null, false);
}
