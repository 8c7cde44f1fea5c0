;;; memento-prompts-list-test.el --- Tests of the list of prompts  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-prompts-test-helper)

(ert-deftest memento-prompts-list-test-rows ()
  (memento-test-with-prompt-list
    (should (equal (memento-test-rows)
                   '("2025-10-03 08:00       shop   ! Use the key [aws-access-key] for the upload"
                     "2025-10-02 14:00       garden Explain the watering plan once more 🌱 and in tw…"
                     "2025-10-02 10:30       garden Explain the watering plan"
                     "2025-10-02 10:00       shop   Speed up the parser of tables, größer und größer"
                     "2025-10-01 09:00       shop   Fix the parser of dates")))
    (should (string-prefix-p " 5 prompts  " (memento--prompts-header)))))

(ert-deftest memento-prompts-list-test-pages ()
  (memento-test-with-prompts
    (let ((memento-prompts-page 2))
      (memento-prompts-list)
      (should (= (length (memento-test-rows)) 3))
      (should (string-prefix-p " 2+ prompts" (memento--prompts-header)))
      (goto-char (point-max))
      (forward-line -1)
      (memento-test-prompt-key "RET")
      (should (looking-at ".*Explain the watering plan$"))
      (should (= (length (memento-test-rows)) 5))
      ;; Filling again keeps what was there.
      (revert-buffer)
      (should (= (length (memento-test-rows)) 5))
      (memento-test-prompt-key "+")
      (should (= (length (memento-test-rows)) 5))
      (should-not (string-match-p "More: " (buffer-string)))
      (memento-test-should-refuse "These are all" (memento-prompts-list-more)))))

(ert-deftest memento-prompts-list-test-new-prompts-do-not-move-point ()
  (memento-test-with-prompt-list
    (memento-test-list-goto "Speed up")
    (forward-char 20)
    (let ((column (current-column)))
      (memento-test-prompt-history '("2025-10-04 09:00" "shop" "s5" "Something new") "{\"torn")
      (should (equal (memento-test-messages (memento-prompts-sync)
                       (memento-test-wait (lambda () (not (memento--prompts-sync-running-p)))))
                     "1 new prompt"))
      (should (= (length (memento-test-rows)) 6))
      (should (= (current-column) column))
      (should (string-match-p "Speed up" (buffer-substring (line-beginning-position) (line-end-position)))))))

(ert-deftest memento-prompts-list-test-bad-lines-are-named ()
  (memento-test-with-prompt-list
    (memento-test-prompt-history "no json\n" "{\"also\": \"none\"}\n")
    (let ((told (memento-test-messages (memento-prompts-sync)
                  (memento-test-wait (lambda () (not (memento--prompts-sync-running-p)))))))
      (should (string-match-p "2 lines could not be read: .*history\\.jsonl:7: .*, and others\\'" told)))
    ;; They are told once.
    (should (equal (memento-test-messages (memento-prompts-sync)
                     (memento-test-wait (lambda () (not (memento--prompts-sync-running-p)))))
                   "No new prompts"))))

(ert-deftest memento-prompts-list-test-stopping-a-sync ()
  (memento-test-with-prompt-home
    (apply #'memento-test-prompt-history
           (mapcar (lambda (n)
                     (format "{\"display\":\"Prompt %d\",\"timestamp\":%d,\"project\":\"/p\"}\n"
                             n (+ 1759400000000 (* n 1000))))
                   (number-sequence 1 20000)))
    (memento-prompts-list)
    (should (string-match-p "K stops" (buffer-string)))
    (should (string-match-p "already" (memento-test-messages (memento-prompts-sync))))
    (memento-test-prompt-key "K")
    (should-not (memento--prompts-sync-running-p))
    (memento-test-should-refuse "No prompts are being read" (memento-prompts-sync-stop))
    ;; The next one goes on.
    (memento-test-prompt-sync)
    (should (= (length memento--prompts-listed) 500))
    (should (= (length (memento-test-prompts-get)) 20000))))

(ert-deftest memento-prompts-list-test-empty ()
  (memento-test-with-prompt-home
    (memento-prompts-list)
    (should (string-match-p "Reading .*\\.claude/history\\.jsonl" (buffer-string)))
    (memento-test-wait (lambda () (not (memento--prompts-sync-running-p))))
    (memento--prompts-list-fill)
    (should (string-match-p "No prompts yet\\." (buffer-string)))
    (should (string-match-p "Looked in .*\\.claude/history\\.jsonl" (buffer-string)))
    (memento-test-should-refuse "No prompt on this line" (memento-prompts-rate 3))))

(ert-deftest memento-prompts-list-test-filters ()
  (memento-test-with-prompt-list
    (let ((shown (lambda () (mapcar (lambda (prompt) (substring (plist-get prompt :text) 0 5)) memento--prompts-listed))))
      (memento-prompts-filter-project (expand-file-name "src/garden" memento-test-home))
      (should (equal (funcall shown) '("Expla" "Expla")))
      (should (string-match-p "2 prompts · project garden" (memento--prompts-header)))
      (memento-prompts-filter-date "2025-10-01")
      (should (equal (funcall shown) nil))
      (should (string-match-p "No prompt is like this\\..*\n\n  F clears" (buffer-string)))
      (memento-prompts-filter-clear)
      (should (= (length (funcall shown)) 5))
      (memento-prompts-filter-commands)
      (should (= (length (funcall shown)) 6))
      (memento-prompts-filter-commands)
      (memento-test-list-goto "Speed up")
      (memento-test-prompt-key "4")
      (memento-prompts-filter-rating "4")
      (should (equal (funcall shown) '("Speed")))
      (memento-prompts-filter-rating "=2")
      (should (equal (funcall shown) nil))
      (memento-prompts-filter-rating "none")
      (should (= (length (funcall shown)) 4))
      (memento-prompts-filter-rating nil)
      (memento-prompts-filter-session "s3")
      (should (equal (funcall shown) '("Expla" "Expla")))
      (memento-prompts-filter-clear)
      (memento-prompts-filter-secrets)
      (should (equal (funcall shown) '("Use t")))
      (memento-prompts-filter-clear)
      (memento-prompts-order)
      (should (equal (car (funcall shown)) "Fix t"))
      (should (bobp))
      (should (string-match-p "the oldest first" (memento--prompts-header)))
      (memento-test-should-refuse "7 is no rating" (memento-prompts-filter-rating "7"))
      (memento-test-should-refuse "someday" (memento-prompts-filter-date "someday")))))

(ert-deftest memento-prompts-list-test-live-search ()
  (memento-test-with-prompt-list
    (memento-test-list-goto "Speed up")
    (let ((window (selected-window)) seen)
      ;; The minibuffer of a batch Emacs reads no keys: what it would do while typing.
      (cl-letf (((symbol-function 'read-from-minibuffer)
                 (lambda (&rest _)
                   (dolist (input '("-" "pars" "parser ta"))
                     (memento--list-live window (current-buffer) 'memento--prompts-query #'memento--prompts-list-fill input)
                     (push (length memento--prompts-listed) seen))
                   "parser ta")))
        (memento-prompts-search))
      (should (equal (nreverse seen) '(5 2 1)))
      (should (= (length memento--prompts-listed) 1))
      (should (string-match-p "1 prompt · “parser ta”" (memento--prompts-header)))
      (should (get-text-property (progn (search-forward "parser") (1- (point))) 'face))
      ;; C-g brings back what was.
      (memento-prompts-filter-clear)
      (memento-test-list-goto "Speed up")
      (cl-letf (((symbol-function 'read-from-minibuffer)
                 (lambda (&rest _)
                   (memento--list-live window (current-buffer) 'memento--prompts-query #'memento--prompts-list-fill "watering")
                   (signal 'quit nil))))
        (condition-case nil (memento-prompts-search) (quit nil)))
      (should (= (length memento--prompts-listed) 5))
      (should (looking-at ".*Speed up")))))

(ert-deftest memento-prompts-list-test-quitting-while-the-list-follows ()
  (memento-test-with-prompt-list
    (let ((unread-command-events nil))
      (with-temp-buffer
        (cl-letf (((symbol-function 'minibuffer-contents-no-properties) #'buffer-string))
          (memento--follow-typing (lambda (_) (setq quit-flag t)))
          (insert "pars")
          (run-hooks 'post-command-hook)))
      (should-not quit-flag)
      (should (equal unread-command-events '(?\C-g))))))

(ert-deftest memento-prompts-list-test-refused-search ()
  (memento-test-with-prompt-list
    (memento-prompts-filter-project (expand-file-name "src/garden" memento-test-home))
    (memento-test-list-goto "Explain the watering plan")
    (forward-line 1)
    (cl-letf (((symbol-function 'read-from-minibuffer) (lambda (&rest _) "-")))
      (memento-test-should-refuse "no word to look for" (memento-prompts-search)))
    (should (looking-at ".*Explain the watering plan$"))
    ;; The list still is what its header line says, and can be filled again.
    (should (string-match-p "2 prompts · project garden +F" (memento--prompts-header)))
    (memento-prompts-order)
    (should (= (length memento--prompts-listed) 2))
    (memento-test-should-refuse "" (memento--prompts-set :order "nonsense"))
    (should (equal (plist-get memento--prompts-query :order) "oldest"))))

(ert-deftest memento-prompts-list-test-live-search-leaves-other-buffers-alone ()
  (memento-test-with-prompt-list
    (let ((window (selected-window)) (list (current-buffer)))
      (with-temp-buffer
        (insert "Not to be lost")
        (let ((other (current-buffer)))
          (cl-letf (((symbol-function 'read-from-minibuffer)
                     (lambda (&rest _)
                       ;; Who goes to the list meanwhile, and leaves it with q.
                       (set-window-buffer window other)
                       (set-buffer other)
                       (memento--list-live window list 'memento--prompts-query #'memento--prompts-list-fill "pars")
                       "parser ta")))
            (with-current-buffer list
              (memento-prompts-search)))
          (should (equal (with-current-buffer other (buffer-string)) "Not to be lost"))))
      (with-current-buffer list
        (should (= (length memento--prompts-listed) 1))))))

(ert-deftest memento-prompts-list-test-similar ()
  (memento-test-with-prompt-list
    (memento-test-list-goto "Explain the watering plan once")
    (memento-prompts-similar)
    (should (string-match-p "[0-9]+% Explain the watering plan$" (buffer-string)))
    (should (string-match-p "like “Explain the watering plan once" (memento--prompts-header)))
    ;; What would change nothing says so.
    (memento-test-should-refuse "like one prompt" (memento-prompts-search))
    (memento-test-should-refuse "like one prompt" (memento-prompts-order))))

(ert-deftest memento-prompts-list-test-one-line ()
  (should (equal (memento--one-line "a\r\n\tb  c \u202ed\u2066e\u2069") "a b c d e"))
  (should (equal (memento--one-line "שלום 👩\u200d👧") "שלום 👩\u200d👧")))

(ert-deftest memento-prompts-list-test-header-line ()
  (let ((keys "n next  ? keys "))
    (should (equal (substring-no-properties (memento--header-line " 5%" keys 20)) " 5%%  n next  ? keys "))
    ;; The key for help stays longest.
    (should (equal (substring-no-properties (memento--header-line " five" keys 20)) " five        ? keys "))
    (should (equal (substring-no-properties (memento--header-line " fifteen" keys 10)) " fifteen  "))))

(ert-deftest memento-prompts-list-test-what-it-costs ()
  (memento-test-with-prompt-home
    (apply #'memento-test-prompt-history
           (mapcar (lambda (n) (list (format "2025-%02d-%02d %02d:%02d" (1+ (mod n 9)) (1+ (mod n 28)) (mod n 24) (mod n 60))
                                     (format "p%d" (mod n 12)) "s" (format "Prompt %d with some words of its own" n)))
                   (number-sequence 1 5000)))
    (memento-test-prompt-sync)
    (memento-prompts-list)
    (should (= (length memento--prompts-listed) 500))
    (let ((begun (float-time)))
      (memento--prompts-list-fill)
      ;; Measured 60 ms with a module that is not optimised.
      (should (< (- (float-time) begun) 1)))
    (let ((begun (float-time)))
      (memento-prompts-rate 3)
      (should (< (- (float-time) begun) 0.5)))))

(provide 'memento-prompts-list-test)
;;; memento-prompts-list-test.el ends here
