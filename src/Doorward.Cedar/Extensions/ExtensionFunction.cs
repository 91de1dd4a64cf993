using Doorward.Cedar.Evaluation;

namespace Doorward.Cedar;

/// <summary>A function of an extension type.</summary>
/// <param name="Name">As policies write it.</param>
/// <param name="IsMethod">Called as <c>value.name(..)</c>; the value is then the first argument.</param>
/// <param name="Arity">How many arguments it takes, the value of a method included.</param>
/// <param name="Constructs">Gives a value of an extension type, and so may stand in JSON as <c>__extn</c>.</param>
/// <param name="Body">What it does, given arguments of the right number.</param>
internal sealed record ExtensionFunction(string Name, bool IsMethod, int Arity, bool Constructs, Func<CedarValue[], Outcome> Body)
{
    public Outcome Call(CedarValue[] arguments) => arguments.Length == Arity
        ? Body(arguments)
        : Outcome.WrongType($"{Name}(..) takes {WithoutSelf(Arity)} argument(s), not {WithoutSelf(arguments.Length)}.");

    private int WithoutSelf(int count) => IsMethod ? count - 1 : count;
}
