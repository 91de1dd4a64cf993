using System.Text;
using Doorward.Agent.People;

namespace Doorward.Agent.Tests.People;

/// <summary>The kernel's own keyring, and what takes its place.</summary>
public sealed class UserKeyringTests : IDisposable
{
    private readonly string _name = $"doorward-test:{Doorward.Core.Identifiers.Identifier.New("key")}";
    private readonly PersonFolder _folder = new(Directory.CreateTempSubdirectory("doorward-person-").FullName);

    public void Dispose()
    {
        UserKeyring.Remove(_name);
        new TokenPlace(_folder).Forget();
        Directory.Delete(_folder.Location, recursive: true);
    }

    [Fact]
    public async Task The_keyring_gives_back_what_was_put_last_until_it_is_removed_or_its_time_is_over()
    {
        Assert.SkipUnless(UserKeyring.TryWrite(_name, [1], TimeSpan.FromMinutes(1)), "this kernel lets nobody use keyrings");
        Assert.True(UserKeyring.TryWrite(_name, [2, 3], TimeSpan.FromMinutes(1)));
        Assert.Equal([2, 3], UserKeyring.Read(_name));
        UserKeyring.Remove(_name);
        Assert.Null(UserKeyring.Read(_name));

        Assert.True(UserKeyring.TryWrite(_name, [4], TimeSpan.FromSeconds(1)));
        for (var i = 0; i < 100 && UserKeyring.Read(_name) is not null; i++) await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Null(UserKeyring.Read(_name));
    }

    [Fact]
    public void A_token_of_the_keyring_is_in_no_file_and_gone_when_it_is_forgotten()
    {
        var place = new TokenPlace(_folder);
        var kept = place.Write("dwt_one", TimeSpan.FromMinutes(1), intoFile: false);
        Assert.SkipUnless(kept is null, "this kernel lets nobody use keyrings");
        Assert.Equal("dwt_one", place.Read(Record(null)));
        Assert.Empty(Directory.GetFiles(_folder.Location));
        place.Forget();
        Assert.Null(place.Read(Record(null)));
    }

    [Fact]
    public void A_token_of_the_file_is_sealed_and_leaves_none_in_the_keyring()
    {
        var place = new TokenPlace(_folder);
        place.Write("dwt_before", TimeSpan.FromMinutes(1), intoFile: false);
        var kept = place.Write("dwt_two", TimeSpan.FromMinutes(1), intoFile: true);
        Assert.NotNull(kept);
        Assert.DoesNotContain("dwt_", Encoding.Latin1.GetString(kept), StringComparison.Ordinal);
        Assert.Equal("dwt_two", place.Read(Record(kept)));
        Assert.Null(place.Read(Record(null)));
    }

    private static PersonRecord Record(byte[]? box) => new() { User = "alice", Auth = "https://auth.test", Expires = DateTimeOffset.UnixEpoch, Sealed = box };
}
