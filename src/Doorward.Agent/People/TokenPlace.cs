using System.Text;

namespace Doorward.Agent.People;

/// <summary>Where a person's token lies: in the kernel's keyring of this user where there is one, else sealed in the record's file.</summary>
internal sealed class TokenPlace(PersonFolder folder)
{
    private readonly TokenSeal _seal = TokenSeal.Of(folder);

    private string Name => $"doorward-agent:{folder.Location}";

    /// <summary>Keeps it, and says what the file has to keep: null when the keyring has it.</summary>
    /// <param name="token">The token.</param>
    /// <param name="lifetime">After which it is nobody's use any more.</param>
    /// <param name="intoFile">Whether the keyring is not to be used.</param>
    public byte[]? Write(string token, TimeSpan lifetime, bool intoFile)
    {
        if (!intoFile && UserKeyring.TryWrite(Name, Encoding.UTF8.GetBytes(token), lifetime)) return null;
        UserKeyring.Remove(Name);
        return _seal.Seal(token);
    }

    /// <summary>Whether a copy of the disk is not enough to have it.</summary>
    public bool IsApart(PersonRecord record) => record.Sealed is null || _seal.IsApart;

    /// <summary>Null when it is gone.</summary>
    public string? Read(PersonRecord record) =>
        record.Sealed is { } box ? _seal.Open(box) : UserKeyring.Read(Name) is { } kept ? Encoding.UTF8.GetString(kept) : null;

    public void Forget() => UserKeyring.Remove(Name);
}
