namespace Doorward.Cedar.Tests.Values;

public sealed class ValueTests
{
    [Fact]
    public void Values_are_equal_by_content()
    {
        Assert.Equal(CedarValue.From(1L), new LongValue(1));
        Assert.NotEqual(CedarValue.From("1"), CedarValue.From(1L));
        Assert.Equal(SetValue.Create(1L, 2L, 1L), SetValue.Create(2L, 1L));
        Assert.NotEqual(SetValue.Create(1L, 2L), SetValue.Create(1L, 3L));
        Assert.Equal(RecordValue.Create(("a", 1L), ("b", SetValue.Empty)), RecordValue.Create(("b", SetValue.Empty), ("a", 1L)));
        Assert.NotEqual(RecordValue.Create(("a", 1L)), RecordValue.Create(("b", 1L)));
        Assert.NotEqual(new DurationValue(1), (CedarValue)new DateTimeValue(1));
        Assert.Equal(RecordValue.Create(("a", 1L)).GetHashCode(), RecordValue.Empty.With("a", 1L).GetHashCode());
    }

    [Fact]
    public void Different_prefixes_are_different_values()
    {
        Assert.True(IpAddressValue.TryParse("10.0.0.0/8", out var range) & IpAddressValue.TryParse("10.0.0.0", out var address));
        Assert.NotEqual(range, address);
    }

    [Fact]
    public void A_record_cannot_hold_a_name_twice() =>
        Assert.Throws<ArgumentException>(() => RecordValue.Create(("a", 1L), ("a", 2L)));

    [Fact]
    public void With_and_without_leave_the_record_as_it_was()
    {
        var record = RecordValue.Create(("a", 1L));

        Assert.Equal(RecordValue.Create(("a", 2L), ("b", true)), record.With("b", true).With("a", 2L));
        Assert.Equal(RecordValue.Empty, record.Without("a"));
        Assert.Same(record, record.Without("b"));
        Assert.Equal(RecordValue.Create(("a", 1L)), record);
    }

    [Theory]
    [InlineData("User::\"a\"", "User", "a")]
    [InlineData("A::B_1::\"\\\"\\u{e9}\"", "A::B_1", "\"é")]
    [InlineData("User::\"\"", "User", "")]
    public void Entity_names_are_read_and_printed_as_cedar_syntax(string text, string type, string id)
    {
        Assert.True(EntityUid.TryParse(text, out var uid));
        Assert.Equal(new EntityUid(type, id), uid);
        Assert.True(EntityUid.TryParse(uid.ToString(), out var again));
        Assert.Equal(uid, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("User")]
    [InlineData("User::")]
    [InlineData("User:\"a\"")]
    [InlineData("::\"a\"")]
    [InlineData("\"a\"")]
    [InlineData("if::\"a\"")]
    [InlineData("__cedar::\"a\"")]
    [InlineData("1User::\"a\"")]
    [InlineData("User::\"a\" ")]
    [InlineData("User::\"a\"::\"b\"")]
    [InlineData("User::\"a")]
    [InlineData("User::\"\\q\"")]
    public void Anything_else_is_no_entity_name(string? text) => Assert.False(EntityUid.TryParse(text, out _));
}
