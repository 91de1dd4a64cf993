namespace Doorward.Console.Tests.Roles;

/// <summary>One ground for the tests of a class, which act on things of their own.</summary>
public sealed class RoleGroundFixture : IAsyncLifetime
{
    internal RoleGround Ground { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Ground = await RoleGround.StartAsync();

    public ValueTask DisposeAsync() => Ground.DisposeAsync();
}
