--- SQLite keeps no comments.

local comments = {}

function comments.set_comment()
  return {}
end

return comments
