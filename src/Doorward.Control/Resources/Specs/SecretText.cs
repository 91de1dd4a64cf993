namespace Doorward.Control.Resources.Specs;

/// <summary>A write-only field: given anew, or left as it is by sending back the <c>{"set": true}</c> that was shown for it.</summary>
internal readonly record struct SecretText(string? Value, bool Kept)
{
    public static readonly SecretText Absent;
    public static readonly SecretText Keep = new(null, true);

    public static SecretText Of(string value) => new(value, false);

    public bool IsAbsent => Value is null && !Kept;

    // A record prints its members, and this one must never reach a log.
    public override string ToString() => IsAbsent ? "absent" : "set";
}
